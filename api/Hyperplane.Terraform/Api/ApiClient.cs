using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Resilience;
using Polly;
using Polly.Timeout;

namespace Hyperplane.Terraform.Api;

/// <summary>Speaks HTTP with the API. What is lost on the way is asked again: reads as they are, changes with the
/// idempotency key of the first time, so that they are done once.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>The most items of a page.</summary>
    private const int PageSize = 1_000;
    private const int MaxRetries = 5;
    private const long MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(10);

    private readonly Uri _endpoint;
    private readonly ServerTrust _trust;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<ApiAnswer> _calls;

    /// <summary>Opens no connection yet.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "HttpClient disposes its handler.")]
    public ApiClient(ProviderSettings settings, TimeProvider time)
    {
        _endpoint = settings.Endpoint;
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
            Timeout = Timeout.InfiniteTimeSpan, // the pipeline and the caller's deadline rule
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Key);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json, application/problem+json");
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"terraform-provider-hyperplane/{HyperplaneProvider.Version}");
        _calls = CallPipeline.Of(
            new CallRules<ApiAnswer>
            {
                Budget = new RetryBudget(),
                Pauses = new RetryPauses(
                    FirstPause, LongestPause, new Random(RandomNumberGenerator.GetInt32(int.MaxValue))),
                MaxRetries = MaxRetries,
                AttemptTimeout = AttemptTimeout,
                Judge = Judge,
                AskedPause = outcome => outcome.Result?.RetryAfter,
            },
            time);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

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
        string? idempotencyKey = method == HttpMethod.Get ? null : Guid.NewGuid().ToString();
        byte[]? bytes = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, NodeJson.Default.JsonNode);
        try
        {
            return await _calls.ExecuteAsync(
                async stop => await ExchangeAsync(method, path, bytes, idempotencyKey, stop), cancel);
        }
        catch (Exception lost) when (lost is TimeoutRejectedException || IsLost(lost))
        {
            throw new ApiException(
                _trust.Refusal is { } refusal
                    ? $"The API at {_endpoint} is not trusted: {refusal}."
                    : $"The API at {_endpoint} cannot be reached: {lost.GetBaseException().Message}.",
                lost);
        }
    }

    private async Task<ApiAnswer> ExchangeAsync(
        HttpMethod method, string path, byte[]? body, string? idempotencyKey, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using HttpResponseMessage response = await _http.SendAsync(request, cancel);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancel);
        return new ApiAnswer(
            (int)response.StatusCode,
            Parse(answer),
            response.Headers.Contains("Idempotency-Replayed"),
            response.Headers.TryGetValues("X-Request-Id", out IEnumerable<string>? ids) ? ids.FirstOrDefault() : null,
            response.Headers.RetryAfter?.Delta);
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return body.Length == 0 ? default : JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private CallVerdict Judge(Outcome<ApiAnswer> outcome)
    {
        if (outcome.Exception is { } failure)
            // A certificate that is refused now is refused again.
            return failure is TimeoutRejectedException || (IsLost(failure) && _trust.Refusal is null)
                ? CallVerdict.Transient
                : CallVerdict.Failed;
        ApiAnswer answer = outcome.Result!;
        bool isTransient = answer.Status is 429 or 502 or 503 or 504 || answer.Code == "request_under_way";
        if (!isTransient)
            return CallVerdict.Answered;
        return answer.RetryAfter > MaxRetryAfter ? CallVerdict.Failed : CallVerdict.Transient;
    }

    private string Url(string path) => new Uri(_endpoint, path).AbsoluteUri;

    private static bool IsLost(Exception exception) => exception
        is HttpRequestException
        or IOException
        or OperationCanceledException { InnerException: TimeoutException };
}
