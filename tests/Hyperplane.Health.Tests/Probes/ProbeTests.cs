using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Health.Tests.Probes;

public sealed class ProbeTests
{
    private static readonly HealthCheckSettings Tcp = new() { Timeout = TimeSpan.FromSeconds(20) };
    private static readonly HealthCheckSettings Http = Tcp with { Kind = HealthCheckKind.Http, Path = "/up" };

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-banner\r\n")]
    public async Task An_accepted_connection_is_a_success_and_ends_without_a_reset(string banner)
    {
        var end = new TaskCompletionSource<int>();
        await using var target = new FakeTarget(async (socket, ct) =>
        {
            try
            {
                if (banner.Length > 0)
                    await socket.SendAsync(Encoding.ASCII.GetBytes(banner), ct);
                end.SetResult(await socket.ReceiveAsync(new byte[1], ct));
            }
            catch (SocketException e) when (banner.Length > 0 && e.SocketErrorCode == SocketError.ConnectionReset)
            {
                end.SetResult(0); // the banner left after the probe had closed: nobody could read it
            }
            catch (SocketException e)
            {
                end.SetException(e);
            }
        });

        ProbeResult? result = await RunAsync(target.EndPoint, Tcp);

        Assert.Equal(new ProbeResult(ProbeOutcome.Success, $"TCP connect to {target.EndPoint}", "accepted"), result);
        Assert.Equal(0, await end.Task);
    }

    [Fact]
    public async Task A_refused_connection_is_a_failure_that_says_so()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        foreach (HealthCheckSettings settings in new[] { Tcp, Http })
        {
            ProbeResult? result = await RunAsync((IPEndPoint)reserved.LocalEndPoint!, settings);
            Assert.Equal(ProbeOutcome.Failure, result!.Outcome);
            Assert.Contains("refused", result.Received, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_target_that_does_not_take_the_connection_is_a_timeout()
    {
        // Nobody accepts, and the queue of this listener is full: the kernel answers no more SYN.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        List<Socket> fillers = [];
        try
        {
            ProbeResult? result = null;
            for (int i = 0; i < 10 && result is not { Outcome: ProbeOutcome.Timeout }; i++)
            {
                result = await RunAsync(
                    (IPEndPoint)listener.LocalEndPoint!, Tcp with { Timeout = TimeSpan.FromMilliseconds(50) });
                fillers.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                {
                    Blocking = false,
                });
                try
                {
                    fillers[^1].Connect(listener.LocalEndPoint!);
                }
                catch (SocketException)
                {
                    // Under way, which is all it is for.
                }
            }

            Assert.Equal(ProbeOutcome.Timeout, result!.Outcome);
            Assert.EndsWith("no answer within 50 ms", result.Received, StringComparison.Ordinal);
        }
        finally
        {
            fillers.ForEach(socket => socket.Dispose());
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ProbeOutcome.Success, "status 200")]
    [InlineData("HTTP/1.0 399 Odd\r\n\r\n", ProbeOutcome.Success, "status 399")]
    [InlineData("HTTP/1.1 503 Busy\r\n\r\n", ProbeOutcome.CodeMismatch, "status 503")]
    [InlineData("HTTP/1.1 400 No\r\n\r\n", ProbeOutcome.CodeMismatch, "status 400")]
    [InlineData("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 Nothing\r\n\r\n", ProbeOutcome.Success, "status 204")]
    [InlineData("220 mail ready\r\n", ProbeOutcome.Failure, "no HTTP: 220 mail ready..")]
    [InlineData("\u0016\u0003\u0001\u00ff", ProbeOutcome.Failure, "no HTTP: ....")]
    [InlineData("", ProbeOutcome.Failure, "nothing came")]
    [InlineData("HTTP/1.1 200 OK\r\nHalf", ProbeOutcome.Failure, "closed before the headers ended")]
    public async Task An_answer_is_judged_by_its_status_line(string answer, ProbeOutcome outcome, string detail)
    {
        await using FakeTarget target = FakeTarget.Answering(answer);

        ProbeResult? result = await RunAsync(target.EndPoint, Http);

        Assert.Equal(outcome, result!.Outcome);
        Assert.Contains(detail, result.Received, StringComparison.Ordinal);
        Assert.Equal($"GET http://{target.EndPoint}/up", result.Sent);
    }

    [Fact]
    public async Task The_range_of_codes_is_inclusive()
    {
        await using FakeTarget target = FakeTarget.Answering("HTTP/1.1 404 No\r\n\r\n");

        Assert.Equal(ProbeOutcome.Success,
            (await RunAsync(target.EndPoint, Http with { CodeMin = 404, CodeMax = 404 }))!.Outcome);
        Assert.Equal(ProbeOutcome.CodeMismatch,
            (await RunAsync(target.EndPoint, Http with { CodeMin = 405, CodeMax = 599 }))!.Outcome);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:")]
    [InlineData("::1", "[::1]:")]
    public async Task The_request_is_plain_HTTP_with_a_host(string address, string host)
    {
        var seen = new TaskCompletionSource<string>();
        await using var target = new FakeTarget(
            async (socket, ct) =>
            {
                seen.SetResult(await FakeTarget.ReadRequestAsync(socket, ct));
                await socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), ct);
            },
            IPAddress.Parse(address));

        Assert.Equal(ProbeOutcome.Success, (await RunAsync(target.EndPoint, Http))!.Outcome);

        string[] lines = (await seen.Task).Split("\r\n");
        Assert.Equal("GET /up HTTP/1.1", lines[0]);
        Assert.Equal($"Host: {host}{target.EndPoint.Port}", lines[1]);
        Assert.Contains("Connection: close", lines);
    }

    [Fact]
    public async Task A_target_that_accepts_and_is_silent_is_a_timeout()
    {
        await using var target = new FakeTarget((_, ct) => Forever(ct));

        ProbeResult? result = await RunAsync(target.EndPoint, Http with { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal(ProbeOutcome.Timeout, result!.Outcome);
    }

    [Fact]
    public async Task A_target_that_answers_byte_by_byte_for_ever_is_a_timeout()
    {
        await using var target = new FakeTarget(async (socket, ct) =>
        {
            await socket.SendAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), ct);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (await tick.WaitForNextTickAsync(ct))
                await socket.SendAsync("a"u8.ToArray(), ct);
        });

        ProbeResult? result = await RunAsync(target.EndPoint, Http with { Timeout = TimeSpan.FromMilliseconds(150) });

        Assert.Equal(ProbeOutcome.Timeout, result!.Outcome);
    }

    [Fact]
    public async Task A_target_that_pours_out_headers_is_judged_after_4_KiB()
    {
        await using var target = new FakeTarget(async (socket, ct) =>
        {
            await socket.SendAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), ct);
            byte[] line = Encoding.ASCII.GetBytes($"X: {new string('y', 1000)}\r\n");
            while (true)
                await socket.SendAsync(line, ct);
        });

        Assert.Equal(ProbeOutcome.Success, (await RunAsync(target.EndPoint, Http))!.Outcome);
    }

    [Fact]
    public async Task A_reset_in_the_middle_is_a_failure()
    {
        await using var target = new FakeTarget(async (socket, ct) =>
        {
            await FakeTarget.ReadRequestAsync(socket, ct);
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        });

        ProbeResult? result = await RunAsync(target.EndPoint, Http);

        Assert.Equal(ProbeOutcome.Failure, result!.Outcome);
        Assert.Contains("reset", result.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_leave_from_the_given_source()
    {
        var seen = new TaskCompletionSource<IPAddress>();
        await using var target = new FakeTarget((socket, _) =>
        {
            seen.SetResult(((IPEndPoint)socket.RemoteEndPoint!).Address);
            return Task.CompletedTask;
        });

        await RunAsync(target.EndPoint, Tcp, IPAddress.Parse("127.0.0.9"));

        Assert.Equal(IPAddress.Parse("127.0.0.9"), await seen.Task);
    }

    [Fact]
    public async Task A_source_that_this_node_does_not_have_is_not_the_targets_fault()
    {
        await using FakeTarget target = FakeTarget.Answering("HTTP/1.1 200 OK\r\n\r\n");

        ProbeResult? result = await RunAsync(target.EndPoint, Http, IPAddress.Parse("192.0.2.1"));

        Assert.Equal(ProbeOutcome.NotSent, result!.Outcome);
        Assert.Contains("this node could not send it", result.Received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_is_called_off_has_no_result()
    {
        var started = new TaskCompletionSource();
        await using var target = new FakeTarget((_, ct) =>
        {
            started.SetResult();
            return Forever(ct);
        });
        using var stop = new CancellationTokenSource();
        Task<ProbeResult?> probe = Probe.RunAsync(
            new HealthCheckTarget(1, 1, target.EndPoint, Http), TimeProvider.System, stop.Token);
        await started.Task;

        await stop.CancelAsync();

        Assert.Null(await probe);
    }

    private static Task Forever(CancellationToken ct) => new TaskCompletionSource().Task.WaitAsync(ct);

    private static Task<ProbeResult?> RunAsync(
        IPEndPoint endPoint, HealthCheckSettings settings, IPAddress? source = null) =>
        Probe.RunAsync(
            new HealthCheckTarget(1, 1, endPoint, settings, source), TimeProvider.System, CancellationToken.None);
}
