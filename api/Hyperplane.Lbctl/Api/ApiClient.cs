using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Output;
using Polly;
using Polly.Timeout;

namespace Hyperplane.Lbctl.Api;

/// <summary>Speaks HTTP with the API: one key, JSON both ways, every way to fail told apart.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string TextType = "text/plain";
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly CliSettings _settings;
    private readonly CommandIo _io;
    private readonly Screen _screen;
    private readonly ServerTrust _trust;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Exchange> _reads;

    /// <summary>Opens no connection yet.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "HttpClient disposes its handler.")]
    public ApiClient(CliSettings settings, CommandIo io, Screen screen)
    {
        _settings = settings;
        _io = io;
        _screen = screen;
        _trust = new ServerTrust(settings.Endpoint, settings.Authorities);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the key goes to the endpoint and nowhere else
            UseCookies = false,
            UseProxy = !settings.Endpoint.IsLoopback,
            ConnectTimeout = ConnectTimeout,
            SslOptions = _trust.Options,
        })
        {
            BaseAddress = settings.Endpoint,
            Timeout = Timeout.InfiniteTimeSpan, // the command's deadline rules
        };
        // A certificate that is refused now is refused again.
        _reads = Reads.Through(io, lost => IsLost(lost) && _trust.Refusal is null);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Key);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json, application/problem+json");
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("lbctl/0.1");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Reads; fails unless the answer is a success.</summary>
    public async Task<ApiAnswer> GetAsync(string path, CancellationToken cancel) =>
        Succeeded(await TryGetAsync(path, cancel));

    /// <summary>Reads what is no JSON, as it is; fails unless the answer is a success.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancel)
    {
        ApiAnswer answer = Succeeded(await TryGetAsync(path, cancel, TextType));
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

    /// <summary>Any request, with JSON or without a body; tried again only when it reads.</summary>
    public async Task<ApiAnswer> RequestAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancel)
    {
        if (method == HttpMethod.Get)
            return await GetAsync(path, cancel);
        using ByteArrayContent? content = json is null ? null : new ByteArrayContent(json);
        if (content is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Succeeded(await ExchangeOnceAsync(method, path, content, cancel));
    }

    /// <summary>Sends a request with a body; never tried twice.</summary>
    public async Task<ApiAnswer> SendAsync<T>(
        HttpMethod method, string path, T body, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Succeeded(await ExchangeOnceAsync(method, path, content, cancel));
    }

    /// <summary>Sends a request without a body; never tried twice.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, CancellationToken cancel) =>
        Succeeded(await ExchangeOnceAsync(method, path, content: null, cancel));

    /// <summary>Reads an answer that goes on, event by event, until it ends; throws <see cref="IOException"/> when it
    /// is lost on the way, and never tries twice.</summary>
    public async IAsyncEnumerable<ServerEvent> FollowAsync(
        string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(EventReader.MediaType);
        string source = $"GET {new Uri(_settings.Endpoint, path).AbsoluteUri}";
        using HttpResponseMessage response = await OpenAsync(request, cancel);
        bool isStream = response.Content.Headers.ContentType?.MediaType == EventReader.MediaType;
        if (!response.IsSuccessStatusCode || !isStream)
        {
            Succeeded(Understand(response, await BodyReader.ReadAsync(response.Content, cancel), source));
            throw ApiFailure.NotTheApi((int)response.StatusCode, "that does not go on", source, requestId: null);
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(cancel);
        await foreach (ServerEvent one in EventReader.ReadAsync(body, cancel))
            yield return one;
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (Exception lost) when (IsLost(lost))
        {
            throw Unreachable(lost);
        }
    }

    private static ApiAnswer Succeeded(ApiAnswer answer) =>
        answer.Status is >= 200 and < 300 ? answer : throw ApiFailure.OfStatus(answer);

    private async Task<ApiAnswer> ExchangeOnceAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        try
        {
            return (await ExchangeAsync(method, path, content, cancel)).Answer;
        }
        catch (Exception lost) when (IsLost(lost))
        {
            throw Unreachable(lost);
        }
    }

    private async Task<ApiAnswer> TryGetAsync(string path, CancellationToken cancel, string? accept = null)
    {
        try
        {
            Exchange read = await _reads.ExecuteAsync(
                async stop => await ExchangeAsync(HttpMethod.Get, path, content: null, stop, accept), cancel);
            return read.Answer;
        }
        catch (Exception lost) when (lost is TimeoutRejectedException || IsLost(lost))
        {
            throw Unreachable(lost);
        }
    }

    /// <summary>
    /// One request, one answer; throws what <see cref="IsLost"/> recognises when no whole answer came.
    /// </summary>
    private async Task<Exchange> ExchangeAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancel, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        string source = $"{method} {new Uri(_settings.Endpoint, path).AbsoluteUri}";
        long started = _io.Time.GetTimestamp();
        try
        {
            using HttpResponseMessage response =
                await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            byte[]? body = await BodyReader.ReadAsync(response.Content, cancel);
            ApiAnswer answer = Understand(response, body, source);
            Debug($"{source} {answer.Status} {answer.RequestId ?? "-"} {Milliseconds(started)} ms");
            return new Exchange(answer, response.Headers.RetryAfter);
        }
        catch (Exception lost) when (IsLost(lost))
        {
            Debug($"{source} failed: {ApiFailure.Innermost(lost)} {Milliseconds(started)} ms");
            throw;
        }
    }

    private static ApiAnswer Understand(HttpResponseMessage response, byte[]? body, string source)
    {
        int status = (int)response.StatusCode;
        string? requestId = response.Headers.TryGetValues("x-request-id", out IEnumerable<string>? values)
            ? values.FirstOrDefault()
            : null;
        if (body is null)
            throw ApiFailure.NotTheApi(status, $"with more than {BodyReader.MaxBytes >> 20} MiB", source, requestId);
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == TextType)
            return new ApiAnswer(status, default, source, requestId) { Text = Encoding.UTF8.GetString(body) };
        JsonElement? json = body.Length == 0 ? default(JsonElement) : BodyReader.ParseJson(body);
        if (json is null && response.IsSuccessStatusCode)
        {
            string type = response.Content.Headers.ContentType?.MediaType ?? "an unnamed type";
            throw ApiFailure.NotTheApi(status, $"with {type} that is not JSON", source, requestId);
        }

        return new ApiAnswer(status, json ?? default, source, requestId ?? RequestIdIn(json ?? default));
    }

    private CommandFailure Unreachable(Exception lost) => _trust.Refusal is { } refusal
        ? ApiFailure.Untrusted(_settings.Endpoint, refusal)
        : ApiFailure.Unreachable(_settings.Endpoint, lost);

    private static string? RequestIdIn(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("requestId", out JsonElement id)
        && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    /// <summary>The ways a connection ends before the answer does; the last one is <see
    /// cref="ConnectTimeout"/>.</summary>
    private static bool IsLost(Exception exception) => exception
        is HttpRequestException
        or IOException
        or OperationCanceledException { InnerException: TimeoutException };

    private long Milliseconds(long started) => (long)_io.Time.GetElapsedTime(started).TotalMilliseconds;

    private void Debug(string line)
    {
        if (_settings.Debug)
            _screen.Note($"debug: {line}");
    }
}
