using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.FlowLogs;

/// <summary>What the numbers in the ends of flows are called.</summary>
/// <remarks>A flow is told after its listener or target is gone from the snapshot, so names outlive it for
/// <see cref="Memory"/>: numbers are not used again within 24 h. One thread tells, any other asks.</remarks>
/// <param name="time">The clock.</param>
public sealed class FlowLogNames(TimeProvider time)
{
    /// <summary>How long what is gone is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private volatile Tables _tables = new("", [], []);

    /// <summary>The zone of this node.</summary>
    public string Zone => _tables.Zone;

    /// <summary>Follows a snapshot; before its flows begin.</summary>
    public void Use(Snapshot snapshot)
    {
        Vip[] vips = [.. snapshot.Vips.Where(vip => vip.FlowLog is not null)];
        var listeners = new Dictionary<uint, Named<LoggedListener>>();
        foreach (Vip vip in vips)
        {
            foreach (Listener listener in vip.Listeners)
                listeners[listener.Id] = new(new(vip.FlowLog.Tenant, vip.LoadBalancer, listener.Name), null);
        }
        HashSet<uint> used = [.. vips.SelectMany(vip => vip.Listeners).SelectMany(listener => listener.GroupIds())];
        var groups = new Dictionary<uint, Named<string>>();
        foreach (TargetGroup group in snapshot.TargetGroups.Where(group => used.Contains(group.Id)))
        {
            foreach (Target target in group.Targets)
                groups[target.Id] = new(group.Name, null);
        }
        Tables old = _tables;
        Remember(old.Listeners, listeners);
        Remember(old.Groups, groups);
        _tables = new Tables(snapshot.Zone, listeners, groups);
    }

    /// <summary>Whose flows a listener has; null when it is not known.</summary>
    public LoggedListener? Listener(uint id) => _tables.Listeners.GetValueOrDefault(id)?.Name;

    /// <summary>The group of a target; null when it is not known.</summary>
    public string? GroupOf(uint target) => _tables.Groups.GetValueOrDefault(target)?.Name;

    private void Remember<T>(Dictionary<uint, Named<T>> from, Dictionary<uint, Named<T>> to)
    {
        long now = time.GetTimestamp();
        foreach ((uint id, Named<T> named) in from)
        {
            if (named.GoneAt is not { } gone || time.GetElapsedTime(gone, now) < Memory)
                to.TryAdd(id, named with { GoneAt = named.GoneAt ?? now });
        }
    }

    private sealed record Named<T>(T Name, long? GoneAt);

    private sealed record Tables(
        string Zone, Dictionary<uint, Named<LoggedListener>> Listeners, Dictionary<uint, Named<string>> Groups);
}
