using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using Hyperplane.Resilience;
using Polly;
using Polly.Timeout;

namespace Hyperplane.Client;

/// <summary>
/// Sends requests to the API. What is lost on the way, and what the API asks to be sent again, is sent again: reads as
/// they are, changes with the idempotency key of the first time, so that they are done once.
/// </summary>
public sealed class ApiCalls : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly ServerTrust _trust;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<ApiReply> _calls;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="access">Where to and with what.</param>
    /// <param name="pace">How often a request is sent again; all share one budget.</param>
    /// <param name="time">The clock.</param>
    /// <param name="chance">The jitter of pauses.</param>
    /// <param name="pauseAsync">Pauses; null: the clock's timer does.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "HttpClient disposes its handler.")]
    public ApiCalls(
        ApiAccess access,
        CallPace pace,
        TimeProvider time,
        Random chance,
        Func<TimeSpan, CancellationToken, Task>? pauseAsync = null)
    {
        _time = time;
        _trust = new ServerTrust(access.Endpoint, access.Authorities);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the key goes to the endpoint and nowhere else
            UseCookies = false,
            UseProxy = !access.Endpoint.IsLoopback,
            ConnectTimeout = ConnectTimeout,
            SslOptions = _trust.Options,
        })
        {
            BaseAddress = access.Endpoint,
            Timeout = Timeout.InfiniteTimeSpan, // the pace and the caller's deadline rule
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", access.Key);
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json, application/problem+json");
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(access.Program);
        _calls = CallPipeline.Of(
            new CallRules<ApiReply>
            {
                Budget = new RetryBudget(),
                Pauses = new RetryPauses(pace.FirstPause, pace.LongestPause, chance),
                MaxRetries = pace.MaxRetries,
                AttemptTimeout = pace.AttemptLimit,
                Judge = Judge,
                AskedPause = outcome => outcome.Result?.RetryAfter,
                PauseAsync = pauseAsync,
            },
            time);
    }

    /// <summary>Hears of each sending.</summary>
    public Action<ApiAttempt>? OnAttempt { get; init; }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The whole answer, be it a refusal; throws <see cref="LostException"/> when none came.</summary>
    public async Task<ApiReply> AskAsync(ApiRequest request, CancellationToken cancel)
    {
        try
        {
            return await _calls.ExecuteAsync(async stop => await SendAsync(request, stop), cancel);
        }
        catch (Exception lost) when (lost is TimeoutRejectedException || IsLost(lost))
        {
            throw new LostException(lost, _trust.Refusal);
        }
    }

    /// <summary>An answer of which only the head has come, sent for once; throws <see cref="LostException"/> when none
    /// did.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, string mediaType, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(mediaType);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (Exception lost) when (IsLost(lost))
        {
            throw new LostException(lost, _trust.Refusal);
        }
    }

    /// <summary>What an answer's head says, with its body.</summary>
    public ApiReply Describe(HttpResponseMessage response, byte[]? body) => new(
        (int)response.StatusCode, body, response.Content.Headers.ContentType?.MediaType)
    {
        RequestId = response.Headers.TryGetValues("X-Request-Id", out IEnumerable<string>? ids)
            ? ids.FirstOrDefault()
            : null,
        RetryAfter = Pause(response.Headers.RetryAfter),
        IsReplayed = response.Headers.Contains("Idempotency-Replayed"),
    };

    private async Task<ApiReply> SendAsync(ApiRequest request, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(request.Method, request.Path);
        if (request.Accept is { } accept)
            message.Headers.Accept.ParseAdd(accept);
        if (request.IdempotencyKey is { } key)
            message.Headers.Add("Idempotency-Key", key);
        if (request.Json is { } json)
        {
            message.Content = new ByteArrayContent(json);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        long began = _time.GetTimestamp();
        try
        {
            using HttpResponseMessage response =
                await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            ApiReply reply = Describe(response, await BodyReader.ReadAsync(response.Content, cancel));
            OnAttempt?.Invoke(new ApiAttempt(request, reply, Failure: null, _time.GetElapsedTime(began)));
            return reply;
        }
        catch (Exception lost) when (IsLost(lost))
        {
            OnAttempt?.Invoke(new ApiAttempt(request, Reply: null, lost, _time.GetElapsedTime(began)));
            throw;
        }
    }

    private CallVerdict Judge(Outcome<ApiReply> outcome)
    {
        if (outcome.Exception is { } failure)
            // A certificate that is refused now is refused again.
            return failure is TimeoutRejectedException || (IsLost(failure) && _trust.Refusal is null)
                ? CallVerdict.Transient
                : CallVerdict.Failed;
        ApiReply reply = outcome.Result!;
        // What is in front of the API does not always say when to come again. The API does, where that helps: not when
        // an address pool is used up (503), or a name is in use (409).
        bool isOthers = reply.Status is 502 or 503 or 504 && reply.MediaType != "application/problem+json";
        bool isTransient = isOthers || (reply.Status is 409 or 429 or 503 && reply.RetryAfter is not null);
        if (!isTransient)
            return CallVerdict.Answered;
        return reply.RetryAfter > CallPace.MaxRetryAfter ? CallVerdict.Failed : CallVerdict.Transient;
    }

    private TimeSpan? Pause(RetryConditionHeaderValue? asked) =>
        (asked?.Delta ?? asked?.Date - _time.GetUtcNow()) is { } pause
            ? TimeSpan.FromTicks(Math.Max(0, pause.Ticks))
            : null;

    /// <summary>The ways a connection ends before the answer does; the last one is <see
    /// cref="ConnectTimeout"/>.</summary>
    private static bool IsLost(Exception exception) => exception
        is HttpRequestException
        or IOException
        or OperationCanceledException { InnerException: TimeoutException };
}
