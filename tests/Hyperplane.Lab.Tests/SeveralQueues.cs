using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Lab.Tests;

/// <summary>A region of its own whose nodes have several receive queues, each with a pipeline.</summary>
public sealed class SeveralQueues
{
    private const int Queues = 2;

    [Fact]
    public async Task Killing_a_node_breaks_neither_connections_nor_datagram_flows()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        using var region = Region.Up("lab-queues", options: ["--zones", "a", "--queues", $"{Queues}"]);
        using FlowServers servers = await FlowServers.Start(region, "target-1", "target-2", "target-3", "target-4");
        using var echo = Tenancy.Open(region, "queues", "a");
        echo.AddGroup(
            "queues", "TCP_UDP", FlowServers.Port, ["10.30.0.101", "10.30.0.102", "10.30.0.103", "10.30.0.104"],
            "--health-protocol", "TCP", "--health-port", "7");
        echo.Listen("TCP_UDP", FlowServers.Port, "queues");
        await echo.UntilHealthy("queues", 3);
        await Failover.NothingBreaks(
            region, echo.VipA, new FlowOptions(120, 30, 20, 0), lab => lab.Fault("kill", Failover.Node),
            Failover.LeavesTheRouters, lab => lab.Lab("start", Failover.Node));
        // Half of all frames that the kernel does not forward come to another pipeline than their flow's.
        await Region.Until(
            "nodes report frames that they handed over",
            () => NodeCounters.Of(region, "handed_over", "cell-a").Count(n => n > 0) > 1);
        Assert.All(NodeCounters.Of(region, "drop_hand_over_full", "cell-a"), n => Assert.Equal(0, n));
    }
}
