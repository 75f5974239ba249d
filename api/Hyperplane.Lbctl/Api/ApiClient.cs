using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Client;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Api;

/// <summary>Asks the API: JSON both ways, every way to fail told apart. A change is done once, however often it has to
/// be sent.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>How often a request is sent; no answer takes longer than the limit: the API holds one for 10 s at
    /// most.</summary>
    public static readonly CallPace Pace = new(
        MaxRetries: 3, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(30));

    private const string CheckOnly = "validateOnly=true";
    private const string TextType = "text/plain";

    private readonly CliSettings _settings;
    private readonly Screen _screen;
    private readonly ApiCalls _calls;

    /// <summary>Opens no connection yet.</summary>
    public ApiClient(CliSettings settings, CommandIo io, Screen screen)
    {
        _settings = settings;
        _screen = screen;
        _calls = new ApiCalls(settings.Access, Pace, io.Time, io.Chance, io.PauseAsync)
        {
            OnAttempt = settings.Debug ? Tell : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _calls.Dispose();

    /// <summary>Reads; fails unless the answer is a success.</summary>
    public async Task<ApiAnswer> GetAsync(string path, CancellationToken cancel) =>
        Succeeded(await TryGetAsync(path, cancel));

    /// <summary>Reads what is no JSON, as it is; fails unless the answer is a success.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancel)
    {
        ApiAnswer answer = Succeeded(await AskAsync(
            new ApiRequest(HttpMethod.Get, path) { Accept = TextType }, cancel));
        return answer.Text ?? throw ApiFailure.NotTheApi(
            answer.Status, $"that is not {TextType}", answer.Source, answer.RequestId);
    }

    /// <summary>Reads; null when there is no such resource.</summary>
    public async Task<ApiAnswer?> FindAsync(string path, CancellationToken cancel)
    {
        ApiAnswer answer = await TryGetAsync(path, cancel);
        return answer.Status == 404 && ApiFailure.OfStatus(answer).ExitCode == ExitCode.NotFound
            ? null
            : Succeeded(answer);
    }

    /// <summary>
    /// Reads; null when the API takes the query for one that can match nothing (a name that no resource can have).
    /// </summary>
    public async Task<ApiAnswer?> AskAsync(string path, CancellationToken cancel)
    {
        ApiAnswer answer = await TryGetAsync(path, cancel);
        return answer.Status == 400 ? null : Succeeded(answer);
    }

    /// <summary>Any request, with JSON or without a body.</summary>
    public async Task<ApiAnswer> RequestAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancel) =>
        Succeeded(await AskAsync(Request(method, path, json), cancel));

    /// <summary>Sends a request with a body.</summary>
    public Task<ApiAnswer> SendAsync<T>(
        HttpMethod method, string path, T body, JsonTypeInfo<T> type, CancellationToken cancel) =>
        RequestAsync(method, path, JsonSerializer.SerializeToUtf8Bytes(body, type), cancel);

    /// <summary>Sends a request without a body.</summary>
    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, CancellationToken cancel) =>
        RequestAsync(method, path, json: null, cancel);

    /// <summary>Reads an answer that goes on, event by event, until it ends; throws <see cref="IOException"/> when it
    /// is lost on the way, and never tries twice.</summary>
    public async IAsyncEnumerable<ServerEvent> FollowAsync(
        string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        string source = Source(HttpMethod.Get, path);
        using HttpResponseMessage response = await OpenAsync(path, cancel);
        bool isStream = response.Content.Headers.ContentType?.MediaType == EventReader.MediaType;
        if (!response.IsSuccessStatusCode || !isStream)
        {
            ApiReply whole = _calls.Describe(response, await BodyReader.ReadAsync(response.Content, cancel));
            Succeeded(Understand(whole, source));
            throw ApiFailure.NotTheApi(whole.Status, "that does not go on", source, requestId: null);
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancel);
        await foreach (ServerEvent one in EventReader.ReadAsync(body, cancel))
            yield return one;
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await _calls.OpenAsync(path, EventReader.MediaType, cancel);
        }
        catch (LostException lost)
        {
            throw ApiFailure.Lost(_settings.Access.Endpoint, lost);
        }
    }

    private static ApiAnswer Succeeded(ApiAnswer answer) =>
        answer.Status is >= 200 and < 300 ? answer : throw ApiFailure.OfStatus(answer);

    /// <summary>A change that is only checked needs no idempotency key, and would spend one.</summary>
    private ApiRequest Request(HttpMethod method, string path, byte[]? json)
    {
        bool isCheck = path.Contains(CheckOnly, StringComparison.Ordinal);
        if (method == HttpMethod.Get || (!isCheck && !_settings.DryRun))
            return new ApiRequest(method, path, json);
        string check = isCheck ? path : $"{path}{(path.Contains('?') ? '&' : '?')}{CheckOnly}";
        return new ApiRequest(method, check, json) { IdempotencyKey = null };
    }

    private Task<ApiAnswer> TryGetAsync(string path, CancellationToken cancel) =>
        AskAsync(new ApiRequest(HttpMethod.Get, path), cancel);

    private async Task<ApiAnswer> AskAsync(ApiRequest request, CancellationToken cancel)
    {
        try
        {
            ApiReply reply = await _calls.AskAsync(request, cancel);
            return Understand(reply, Source(request.Method, request.Path));
        }
        catch (LostException lost)
        {
            throw ApiFailure.Lost(_settings.Access.Endpoint, lost);
        }
    }

    private static ApiAnswer Understand(ApiReply reply, string source)
    {
        if (reply.Body is not { } body)
            throw ApiFailure.NotTheApi(
                reply.Status, $"with more than {BodyReader.MaxBytes >> 20} MiB", source, reply.RequestId);
        if (reply is { IsSuccess: true, MediaType: TextType })
            return new ApiAnswer(reply.Status, default, source, reply.RequestId)
            {
                Text = Encoding.UTF8.GetString(body),
            };
        JsonElement? json = body.Length == 0 ? default(JsonElement) : BodyReader.ParseJson(body);
        if (json is null && reply.IsSuccess)
            throw ApiFailure.NotTheApi(
                reply.Status,
                $"with {reply.MediaType ?? "an unnamed type"} that is not JSON",
                source,
                reply.RequestId);
        return new ApiAnswer(reply.Status, json ?? default, source, reply.RequestId ?? RequestIdIn(json ?? default));
    }

    private static string? RequestIdIn(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("requestId", out JsonElement id)
        && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private string Source(HttpMethod method, string path) =>
        $"{method} {new Uri(_settings.Access.Endpoint, path).AbsoluteUri}";

    private void Tell(ApiAttempt attempt)
    {
        string end = attempt.Reply is { } reply
            ? $"{reply.Status} {reply.RequestId ?? "-"}"
            : $"failed: {attempt.Failure!.GetBaseException().Message}";
        _screen.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"debug: {Source(attempt.Request.Method, attempt.Request.Path)} {end} "
            + $"{(long)attempt.Elapsed.TotalMilliseconds} ms"));
    }
}
