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
    public async Task<IReadOnlyList<Resource<T>>> ListAsync<T>(
        ResourceKind<T> kind, string path, CancellationToken cancel)
    {
        string first = ApiPath.With(path, "pageSize", PageSize);
        return await FollowAsync(kind, first, await api.GetAsync(first, cancel), cancel);
    }

    /// <summary>
    /// The one with this name, else the one with this id; fails with "not found" when there is neither.
    /// </summary>
    public async Task<Resource<T>> FindAsync<T>(
        ResourceKind<T> kind, string path, string nameOrId, CancellationToken cancel)
    {
        string byId = $"{path}/{ApiPath.Segment(nameOrId)}";
        IReadOnlyList<Resource<T>> named = await ListNamedAsync(kind, path, nameOrId, cancel);
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
        IReadOnlyList<Resource<T>> all = await ListAsync(kind, path, cancel);
        return Only(kind, all.Where(one => kind.Name(one.Value) == nameOrId), nameOrId)
            ?? all.FirstOrDefault(one => kind.Id(one.Value) == nameOrId)
            ?? throw NotFound(kind, nameOrId);
    }

    /// <summary>What a command says when a name leads nowhere.</summary>
    public static CommandFailure NotFound<T>(ResourceKind<T> kind, string nameOrId) =>
        new(ExitCode.NotFound, $"there is no {kind.Noun} with the name or id '{nameOrId}' (not_found)");

    private async Task<IReadOnlyList<Resource<T>>> ListNamedAsync<T>(
        ResourceKind<T> kind, string path, string name, CancellationToken cancel)
    {
        string first = ApiPath.With(ApiPath.With(path, "pageSize", PageSize), "name", name);
        return await api.AskAsync(first, cancel) is { } answer ? await FollowAsync(kind, first, answer, cancel) : [];
    }

    /// <summary>The items of a list's first page and of those that follow it.</summary>
    private async Task<IReadOnlyList<Resource<T>>> FollowAsync<T>(
        ResourceKind<T> kind, string first, ApiAnswer answer, CancellationToken cancel)
    {
        var all = new List<Resource<T>>(answer.ReadItems(kind.Type));
        string? before = null;
        for (int page = 1; page < MaxPages; page++)
        {
            string? token = NextToken(answer.Json);
            if (token is null)
                return all;
            if (token == before)
                break;
            before = token;
            answer = await api.GetAsync(ApiPath.With(first, "pageToken", token), cancel);
            all.AddRange(answer.ReadItems(kind.Type));
        }

        throw new CommandFailure(ExitCode.Error, $"the API's list of every {kind.Noun} does not end");
    }

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
