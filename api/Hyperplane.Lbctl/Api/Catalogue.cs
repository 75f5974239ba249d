using System.Text.Json;

namespace Hyperplane.Lbctl.Api;

/// <summary>Finds resources in the API's lists, by name or id, page after page.</summary>
internal sealed class Catalogue(ApiClient api)
{
    /// <summary>The most items of one page; the API's own limit is 1,000.</summary>
    private const string PageSize = "500";

    /// <summary>The most pages of one list: half a million resources.</summary>
    private const int MaxPages = 1_000;

    /// <summary>Everything in a list.</summary>
    /// <param name="kind">What it lists.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="name">Only what has this name; null for all.</param>
    /// <param name="cancel">The command's end.</param>
    public async Task<IReadOnlyList<Resource<T>>> ListAsync<T>(
        ResourceKind<T> kind, string path, string? name, CancellationToken cancel)
    {
        string first = ApiPath.With(path, "pageSize", PageSize);
        if (name is not null)
            first = ApiPath.With(first, "name", name);

        var all = new List<Resource<T>>();
        string next = first;
        for (int page = 0; page < MaxPages; page++)
        {
            ApiAnswer answer = await api.GetAsync(next, cancel);
            all.AddRange(answer.ReadItems(kind.Type));
            if (NextToken(answer.Json) is not { } token)
                return all;
            string following = ApiPath.With(first, "pageToken", token);
            if (following == next)
                break;
            next = following;
        }

        throw new CommandFailure(ExitCode.Error, $"the API's list of every {kind.Noun} does not end");
    }

    /// <summary>The one with this name, else the one with this id; fails with "not found" when there is neither.</summary>
    public async Task<Resource<T>> FindAsync<T>(
        ResourceKind<T> kind, string path, string nameOrId, CancellationToken cancel)
    {
        string byId = $"{path}/{ApiPath.Segment(nameOrId)}";
        IReadOnlyList<Resource<T>> named = await ListAsync(kind, path, nameOrId, cancel);
        if (Only(kind, named.Where(one => kind.Name(one.Value) == nameOrId), nameOrId) is { } found)
            return found;
        return await api.FindAsync(byId, cancel) is { } answer
            ? answer.Read(kind.Type)
            : throw NotFound(kind, nameOrId);
    }

    /// <summary>As <see cref="FindAsync"/>, where the API answers no GET for a single one.</summary>
    public async Task<Resource<T>> FindInListAsync<T>(
        ResourceKind<T> kind, string path, string nameOrId, CancellationToken cancel)
    {
        IReadOnlyList<Resource<T>> all = await ListAsync(kind, path, name: null, cancel);
        return Only(kind, all.Where(one => kind.Name(one.Value) == nameOrId), nameOrId)
            ?? all.FirstOrDefault(one => kind.Id(one.Value) == nameOrId)
            ?? throw NotFound(kind, nameOrId);
    }

    /// <summary>What a command says when a name leads nowhere.</summary>
    public static CommandFailure NotFound<T>(ResourceKind<T> kind, string nameOrId) =>
        new(ExitCode.NotFound, $"there is no {kind.Noun} with the name or id '{nameOrId}' (not_found)");

    private static Resource<T>? Only<T>(ResourceKind<T> kind, IEnumerable<Resource<T>> named, string name)
    {
        Resource<T>[] found = [.. named];
        if (found.Length > 1)
        {
            string ids = string.Join(", ", found.Take(10).Select(one => kind.Id(one.Value)));
            throw new CommandFailure(
                ExitCode.Conflict, $"{found.Length} of kind {kind.Noun} are named '{name}': give an id ({ids})");
        }

        return found.SingleOrDefault();
    }

    private static string? NextToken(JsonElement list) =>
        list.TryGetProperty("nextPageToken", out JsonElement token)
        && token.ValueKind == JsonValueKind.String
        && token.GetString() is { Length: > 0 } text ? text : null;
}
