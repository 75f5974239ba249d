using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Health.Tests.Probes;

/// <summary>A target that wants proxy protocol headers gets one of command LOCAL, and nothing without the
/// option.</summary>
public sealed class LocalHeaderTests
{
    private const string Local = "0D0A0D0A000D0A515549540A" + "20000000";

    [Theory]
    [InlineData(true, Local)]
    [InlineData(false, "")]
    public async Task A_tcp_probe_says_no_more_than_the_header(bool isWanted, string octets)
    {
        var heard = new TaskCompletionSource<string>();
        await using var target = new FakeTarget(async (socket, ct) => heard.SetResult(await ReadAllAsync(socket, ct)));
        ProbeResult? result = await RunAsync(target, new HealthCheckSettings { ProxyProtocol = isWanted });
        Assert.Equal(ProbeOutcome.Success, result!.Outcome);
        Assert.Equal(octets, await heard.Task);
    }

    [Theory]
    [InlineData(true, Local)]
    [InlineData(false, "")]
    public async Task An_http_probe_begins_with_the_header(bool isWanted, string octets)
    {
        var heard = new TaskCompletionSource<string>();
        await using var target = new FakeTarget(async (socket, ct) =>
        {
            heard.SetResult(await FakeTarget.ReadRequestAsync(socket, ct));
            await socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), ct);
        });
        ProbeResult? result = await RunAsync(
            target, new HealthCheckSettings { Kind = HealthCheckKind.Http, ProxyProtocol = isWanted });
        Assert.Equal(ProbeOutcome.Success, result!.Outcome);
        string request = await heard.Task;
        Assert.StartsWith(
            octets + Convert.ToHexString("GET / HTTP/1.1\r\n"u8),
            Convert.ToHexString(Encoding.Latin1.GetBytes(request)), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAllAsync(Socket socket, CancellationToken ct)
    {
        string heard = "";
        byte[] buffer = new byte[256];
        while (await socket.ReceiveAsync(buffer, ct) is var received and > 0)
            heard += Convert.ToHexString(buffer.AsSpan(0, received));
        return heard;
    }

    private static Task<ProbeResult?> RunAsync(FakeTarget target, HealthCheckSettings settings) => Probe.RunAsync(
        new HealthCheckTarget(1, 1, target.EndPoint, settings with { Timeout = TimeSpan.FromSeconds(20) }, null),
        TimeProvider.System, CancellationToken.None);
}
