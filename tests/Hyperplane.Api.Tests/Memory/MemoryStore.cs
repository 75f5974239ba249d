using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

/// <summary>What the in-memory controller knows, and what it was asked to change.</summary>
internal sealed class MemoryStore
{
    private int _ids;

    /// <summary>The calls that would change something, in order.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>Given to the next writes instead of an answer.</summary>
    public Refusal? Refuse { get; set; }

    /// <summary>Thrown by every call.</summary>
    public Exception? Throw { get; set; }

    /// <summary>Everything there is, by tenant and id.</summary>
    public Dictionary<(string Tenant, string Id), object> Resources { get; } = [];

    public static DateTimeOffset Start { get; } = new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ResourceStatus Pending { get; } =
        new(ProvisioningStatus.Pending, OperatingStatus.NoTargets, 0, false, []);

    public string NextId(string prefix) => $"{prefix}-{++_ids}";

    public Outcome<T> Write<T>(string call, Func<Outcome<T>> action)
    {
        if (Throw is not null)
            throw Throw;
        lock (Resources)
        {
            Writes.Add(call);
            return Refuse is null ? action() : new Outcome<T>.Refused(Refuse);
        }
    }

    public Outcome<T> Put<T>(string tenant, string id, T value)
        where T : class
    {
        bool isNew = Resources.TryAdd((tenant, id), value);
        return new Outcome<T>.Done((T)Resources[(tenant, id)], isNew);
    }

    public Outcome<T> Get<T>(string tenant, string id)
        where T : class
    {
        if (Throw is not null)
            throw Throw;
        lock (Resources)
        {
            return Resources.TryGetValue((tenant, id), out object? found) && found is T value
                ? new Outcome<T>.Done(value, false)
                : new Outcome<T>.Refused(new Refusal(RefusalKind.NotFound, "not_found", $"There is no {id}.", []));
        }
    }

    public Outcome<T> Change<T>(string tenant, string id, Func<T, T> change)
        where T : class
    {
        Outcome<T> found = Get<T>(tenant, id);
        return found is Outcome<T>.Done done
            ? new Outcome<T>.Done((T)(Resources[(tenant, id)] = change(done.Value)), true)
            : found;
    }

    public Outcome<T> Remove<T>(string tenant, string id)
        where T : class
    {
        Outcome<T> found = Get<T>(tenant, id);
        Resources.Remove((tenant, id));
        return found;
    }

    public Page<T> List<T>(string tenant, PageRequest page)
    {
        if (Throw is not null)
            throw Throw;
        PageToken token = default;
        Assert.True(page.Token is null || PageToken.TryParse(page.Token, out token));
        int from = (int)token.Serial;
        T[] all = [.. Resources.Where(r => r.Key.Tenant == tenant).Select(r => r.Value).OfType<T>()];
        return new Page<T>(
            [.. all.Skip(from).Take(page.Size)],
            from + page.Size < all.Length ? new PageToken(from + page.Size, page.Mark).ToString() : null);
    }
}
