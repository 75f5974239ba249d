using System.Net;

namespace Hyperplane.Health.Tests.Probes;

public sealed class HttpsProbeTests : IDisposable
{
    private static readonly HealthCheckSettings Https =
        new() { Kind = HealthCheckKind.Https, Path = "/up", Timeout = TimeSpan.FromSeconds(20) };

    private readonly TlsTarget _tls = new();

    public void Dispose() => _tls.Dispose();

    [Fact]
    public async Task A_target_with_any_certificate_is_asked_over_tls_without_a_server_name()
    {
        await using FakeTarget target = _tls.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(
            new ProbeResult(ProbeOutcome.Success, $"GET https://{target.EndPoint}/up", "status 204"),
            await RunAsync(target.EndPoint, Https));
        Assert.StartsWith("GET /up HTTP/1.1\r\n", _tls.Request, StringComparison.Ordinal);
        Assert.True(string.IsNullOrEmpty(_tls.ServerName));
    }

    [Fact]
    public async Task The_status_code_counts()
    {
        await using FakeTarget target = _tls.Answering("HTTP/1.1 503 Busy\r\n\r\n");
        ProbeResult? result = await RunAsync(target.EndPoint, Https);
        Assert.Equal((ProbeOutcome.CodeMismatch, "status 503"), (result!.Outcome, result.Received));
    }

    [Fact]
    public async Task A_target_without_tls_fails()
    {
        await using var plain = new FakeTarget(async (socket, ct) =>
        {
            await socket.ReceiveAsync(new byte[4096], ct);
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), ct);
        });
        ProbeResult? result = await RunAsync(plain.EndPoint, Https);
        Assert.Equal(ProbeOutcome.Failure, result!.Outcome);
        Assert.StartsWith("no TLS: ", result.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_timeout_covers_the_handshake()
    {
        await using var silent = new FakeTarget((_, ct) => Task.Delay(Timeout.Infinite, ct));
        ProbeResult? result = await RunAsync(
            silent.EndPoint, Https with { Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal((ProbeOutcome.Timeout, "no answer within 100 ms"), (result!.Outcome, result.Received));
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_handshake_is_a_failure()
    {
        await using var closing = new FakeTarget(async (socket, ct) => await socket.ReceiveAsync(new byte[4096], ct));
        Assert.Equal(ProbeOutcome.Failure, (await RunAsync(closing.EndPoint, Https))!.Outcome);
    }

    [Fact]
    public async Task Only_so_many_shake_hands_at_a_time()
    {
        int now = 0, most = 0;
        await using var slow = new FakeTarget(async (socket, ct) =>
        {
            int mine = Interlocked.Increment(ref now);
            most = Math.Max(most, mine);
            await socket.ReceiveAsync(new byte[4096], ct);
            await Task.Delay(20, ct);
            Interlocked.Decrement(ref now);
        });
        int judged = 0;
        var all = new TaskCompletionSource();
        await using var checker = new HealthChecker(
            new HealthCheckerOptions { MaxConcurrentTls = 2 },
            (_, _, _) =>
            {
                if (Interlocked.Increment(ref judged) == 12)
                    all.SetResult();
            });
        checker.Set(
        [
            .. Enumerable.Range(1, 12).Select(i => new HealthCheckTarget(
                (uint)i, 1, slow.EndPoint, Https with { UnhealthyThreshold = 1 })),
        ]);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(most, 1, 2);
    }

    private static Task<ProbeResult?> RunAsync(IPEndPoint endPoint, HealthCheckSettings settings) =>
        Probe.RunAsync(new HealthCheckTarget(1, 1, endPoint, settings), TimeProvider.System, CancellationToken.None);
}
