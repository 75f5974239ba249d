using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Client;

namespace Hyperplane.Terraform.Api;

/// <summary>Asks the API: JSON both ways. A change is done once, however often it has to be sent.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>The most items of a page.</summary>
    private const int PageSize = 1_000;

    private static readonly CallPace Pace = new(
        MaxRetries: 5, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(45));

    private readonly Uri _endpoint;
    private readonly ApiCalls _calls;

    /// <summary>Opens no connection yet.</summary>
    public ApiClient(ProviderSettings settings, TimeProvider time)
    {
        _endpoint = settings.Access.Endpoint;
        var chance = new Random(RandomNumberGenerator.GetInt32(int.MaxValue));
        _calls = new ApiCalls(settings.Access, Pace, time, chance);
    }

    /// <inheritdoc/>
    public void Dispose() => _calls.Dispose();

    /// <summary>Reads; null when there is no such thing.</summary>
    public async Task<JsonElement?> FindAsync(string path, CancellationToken cancel)
    {
        ApiAnswer answer = await AskAsync(HttpMethod.Get, path, body: null, cancel);
        if (answer is { Status: 404, Code: "not_found" })
            return null;
        return answer.IsSuccess ? answer.Json : throw new ApiException($"GET {Url(path)}", answer);
    }

    /// <summary>Reads all pages of a list.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken cancel)
    {
        var items = new List<JsonElement>();
        string? token = null;
        char separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        do
        {
            string page = $"{path}{separator}pageSize={PageSize}"
                + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}");
            ApiAnswer answer = await AskAsync(HttpMethod.Get, page, body: null, cancel);
            if (!answer.IsSuccess || !answer.Json.TryGetProperty("items", out JsonElement some))
                throw new ApiException($"GET {Url(path)}", answer);
            items.AddRange(some.EnumerateArray());
            token = answer.Text("nextPageToken");
        }
        while (token is not null);
        return items;
    }

    /// <summary>Changes something, once; throws unless the API accepts.</summary>
    public async Task<ApiAnswer> ChangeAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        ApiAnswer answer = await AskAsync(method, path, body, cancel);
        return answer.IsSuccess ? answer : throw new ApiException($"{method} {Url(path)}", answer);
    }

    private async Task<ApiAnswer> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        byte[]? json = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, NodeJson.Default.JsonNode);
        try
        {
            ApiReply reply = await _calls.AskAsync(new ApiRequest(method, path, json), cancel);
            JsonElement said = reply.Body is { Length: > 0 } bytes ? BodyReader.ParseJson(bytes) ?? default : default;
            return new ApiAnswer(reply.Status, said, reply.IsReplayed, reply.RequestId);
        }
        catch (LostException lost)
        {
            throw new ApiException(
                lost.Refusal is { } refusal
                    ? $"The API at {_endpoint} is not trusted: {refusal.Reason}.{Advice(refusal.Fault)}"
                    : $"The API at {_endpoint} cannot be reached: {lost.Message}.",
                lost);
        }
    }

    private static string Advice(TrustFault fault) => fault == TrustFault.OtherIssuer
        ? " Give the issuer's certificate in ca_file."
        : "";

    private string Url(string path) => new Uri(_endpoint, path).AbsoluteUri;
}
