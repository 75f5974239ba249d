using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>
/// An HTTP server on loopback that plays the API from a script: each request line has its answers, told in turn, the
/// last one for ever. What is not in the script is not found.
/// </summary>
internal sealed class StubApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<StubAnswer>> _script = new();
    private readonly ConcurrentQueue<StubRequest> _requests = new();

    private StubApi(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.Single();

    /// <summary>Everything that arrived, in order.</summary>
    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    public IEnumerable<string> Lines => Requests.Select(request => request.Line);

    /// <summary>The clock that runs out when a request meets <see cref="StubAnswer.Silence"/>.</summary>
    public DeadlineByHand Deadline { get; } = new();

    /// <summary>With a certificate it speaks TLS.</summary>
    public static async Task<StubApi> StartAsync(X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        WebApplication app = builder.Build();
        var stub = new StubApi(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Adds answers for a request line; a query in it must match, without one any query does.</summary>
    public StubApi On(string line, params StubAnswer[] answers)
    {
        ConcurrentQueue<StubAnswer> queue = _script.GetOrAdd(line, _ => new());
        foreach (StubAnswer answer in answers)
            queue.Enqueue(answer);
        return this;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string path =
            $"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}";
        _requests.Enqueue(new(
            path, context.Request.Headers.Authorization, context.Request.ContentType, await reader.ReadToEndAsync(),
            context.Request.Headers["Idempotency-Key"].FirstOrDefault()));
        StubAnswer answer = Next(path) ?? Next(path.Split('?')[0]) ?? StubAnswer.NotFound;
        if (answer == StubAnswer.Silence)
        {
            var gone = new TaskCompletionSource();
            await using CancellationTokenRegistration _ = context.RequestAborted.Register(gone.SetResult);
            Deadline.Come();
            await gone.Task;
            return;
        }

        if (answer == StubAnswer.HangUp)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        context.Response.Headers["X-Request-Id"] = "req-1";
        foreach ((string name, string value) in answer.Headers)
            context.Response.Headers[name] = value;
        if (answer.Body.Length > 0)
            await context.Response.Body.WriteAsync(answer.Body);
    }

    private StubAnswer? Next(string line)
    {
        if (!_script.TryGetValue(line, out ConcurrentQueue<StubAnswer>? queue))
            return null;
        return queue.Count > 1 && queue.TryDequeue(out StubAnswer? next) ? next : queue.TryPeek(out next) ? next : null;
    }
}
