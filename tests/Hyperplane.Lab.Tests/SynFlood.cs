using System.Diagnostics;
using System.Globalization;
using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Lab.Tests;

/// <summary>A flood of SYNs from sources that are not there, at an address whose tenant's limits an operator
/// set.</summary>
public sealed class SynFlood(LabFixture lab)
{
    private static readonly FlowOptions Established = new(Steady: 40, Fast: 10, Datagrams: 10, ShortsPerSecond: 0);
    private static readonly FlowOptions New = new(Steady: 20, Fast: 0, Datagrams: 0, ShortsPerSecond: 0);

    [Fact]
    public async Task Beside_a_flood_far_above_a_tenants_limit_flows_go_on_and_new_connections_come_about()
    {
        Region region = lab.Region;
        string[] targets = ["10.30.0.101", "10.30.0.102", "10.30.0.103", "10.30.0.104"];
        using FlowServers servers = await FlowServers.Start(region, "target-1", "target-2", "target-3", "target-4");
        using Tenancy echo = await Tenancy.Create(
            region, "flooded", "TCP_UDP", FlowServers.Port, FlowServers.Port, 300, targets);
        using FlowClient client = await FlowClient.Open(region, Established, echo.VipA);
        await client.Quiet();
        region.Operator("tenant", "limit", "test", "--new-flows-per-address", "300", "--new-flows-per-source", "0");
        try
        {
            double before = Sum(region, "challenged");
            using Process flood = Traffic.Flood(region, echo.VipA, FlowServers.Port);
            // The limit is on its way to the nodes, and so are their counters to lbctl.
            await Region.Until(
                "sources are challenged", () => Sum(region, "challenged") > before + 1_000);
            await client.Report();
            using (FlowClient fresh = await FlowClient.Open(region, New, echo.VipA))
            {
                await fresh.Quiet();
                FlowReport report = await fresh.Report();
                Assert.Equal((20, 0), (report.Steady.Open, report.Steady.Broken));
            }

            await client.Quiet();
            FlowReport after = await client.Report();
            (int exitCode, string output, string error) = Command.Finish(flood, TimeSpan.FromSeconds(70));
            Assert.True(exitCode == 0, error);
            int sent = int.Parse(output, CultureInfo.InvariantCulture);
            Assert.Equal([], after.Steady.Why.Concat(after.Fast.Why));
            Assert.Equal((40, 10), (after.Steady.Open, after.Fast.Open));
            Assert.Equal((0L, 0L), (after.Datagrams.Wrong, after.Datagrams.Refused));
            Assert.InRange(after.Datagrams.Answered, after.Datagrams.Sent / 2, after.Datagrams.Sent);
            // The nodes report in turn: what they refused is told in the end.
            await Region.Until("most of the flood is told of", () => Refused(region) > sent / 2);
            Assert.True(Sum(region, "challenge_passed") > 0);
            Assert.Equal(0, Sum(region, "drop_half_open_full"));
        }
        finally
        {
            region.Operator("tenant", "limit", "test");
        }
    }

    private static double Refused(Region region) =>
        new[] { "challenged", "drop_vip_rate", "drop_challenge_rate" }
            .Sum(counter => Sum(region, counter));

    private static double Sum(Region region, string counter) =>
        NodeCounters.Of(region, counter, "cell-a", "cell-b").Sum();
}
