using System.Text;

namespace Hyperplane.Health.Tests.Probes;

public sealed class EndpointWeightTests
{
    [Theory]
    [InlineData("X-Load-Balancing-Endpoint-Weight: 3\r\n", 3)]
    [InlineData("Date: x\r\nx-load-balancing-endpoint-WEIGHT:\t0 \r\n", 0)]
    [InlineData("X-Load-Balancing-Endpoint-Weight:1000\n", 1000)]
    [InlineData("X-Load-Balancing-Endpoint-Weight: 1001\r\n", null)]
    [InlineData("X-Load-Balancing-Endpoint-Weight: -1\r\n", null)]
    [InlineData("X-Load-Balancing-Endpoint-Weight: +1\r\n", null)]
    [InlineData("X-Load-Balancing-Endpoint-Weight: 50%\r\n", null)]
    [InlineData("X-Load-Balancing-Endpoint-Weight: 99999999999\r\n", null)]
    [InlineData("X-Load-Balancing-Endpoint-Weight:\r\n", null)]
    [InlineData("Not-X-Load-Balancing-Endpoint-Weight: 3\r\n", null)]
    [InlineData("", null)]
    public void A_weight_is_0_to_1000_or_none(string lines, int? weight) =>
        Assert.Equal(weight, EndpointWeight.Find(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{lines}\r\n")));

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, null)]
    public async Task A_probe_tells_the_weight_where_it_is_asked_for(bool isAsked, int? weight)
    {
        await using FakeTarget target =
            FakeTarget.Answering("HTTP/1.1 200 OK\r\nX-Load-Balancing-Endpoint-Weight: 7\r\n\r\n");
        var settings = new HealthCheckSettings { Kind = HealthCheckKind.Http, EndpointWeight = isAsked };
        ProbeResult? result = await Probe.RunAsync(
            new HealthCheckTarget(1, 1, target.EndPoint, settings), TimeProvider.System, CancellationToken.None);
        Assert.Equal((ProbeOutcome.Success, weight), (result!.Outcome, result.Weight));
    }
}
