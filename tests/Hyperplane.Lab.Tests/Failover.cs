using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Lab.Tests;

/// <summary>Nodes fail, leave and come back under connections that check every byte.</summary>
public sealed class Failover(LabFixture lab)
{
    internal const string Node = "node-a2";
    private const string Address = "10.10.1.12";

    [Fact]
    public Task Killing_a_node_breaks_no_connection() => NothingBreaks(
        region => region.Fault("kill", Node), LeavesTheRouters, region => region.Lab("start", Node));

    [Fact]
    public Task Freezing_a_node_breaks_no_connection() => NothingBreaks(
        region => region.Fault("freeze", Node),
        LeavesTheRouters,
        region => region.Fault("thaw", Node));

    [Fact]
    public Task Draining_a_node_breaks_no_connection() => NothingBreaks(
        region => region.Operator("node", "drain", Node, "--cell", "cell-a"),
        LeavesTheRouters,
        region => region.Operator("node", "undrain", Node, "--cell", "cell-a"));

    [Fact]
    public Task Restarting_a_node_breaks_no_connection() => NothingBreaks(
        region => region.Lab("stop", Node),
        LeavesTheRouters,
        region => region.Lab("start", Node));

    private async Task NothingBreaks(Action<Region> fault, Func<Region, Task> takesEffect, Action<Region> heal)
    {
        Region region = lab.Region;
        string[] targets = ["10.30.0.101", "10.30.0.102", "10.30.0.103", "10.30.0.104"];
        using FlowServers servers = await FlowServers.Start(region, "target-1", "target-2", "target-3", "target-4");
        using Tenancy echo = await Tenancy.Create(
            region, "failover", "TCP", FlowServers.Port, FlowServers.Port, 300, targets);
        await NothingBreaks(region, echo.VipA, new FlowOptions(160, 40, 0, 0), fault, takesEffect, heal);
    }

    /// <summary>A node fails under flows through a VIP of zone a and comes back.</summary>
    internal static async Task NothingBreaks(
        Region region, string vip, FlowOptions flows, Action<Region> fault, Func<Region, Task> takesEffect,
        Action<Region> heal)
    {
        using FlowClient client = await FlowClient.Open(region, flows, vip);
        fault(region);
        try
        {
            await takesEffect(region);
            await client.Quiet();
        }
        finally
        {
            heal(region);
            await ComesBack(region);
        }

        await client.Quiet();
        FlowReport after = await client.Report();
        Assert.Equal([], after.Steady.Why.Concat(after.Fast.Why));
        Assert.Equal((0L, 0L), (after.Datagrams.Wrong, after.Datagrams.Refused));
        Assert.InRange(after.Datagrams.Answered, flows.Datagrams, after.Datagrams.Sent);
        Assert.Equal((flows.Steady, flows.Fast), (after.Steady.Open, after.Fast.Open));
    }

    internal static Task LeavesTheRouters(Region region) =>
        Region.Until("no route leads to the node", () => !IsNextHop(region));

    internal static Task ComesBack(Region region) =>
        Region.Until("the node is a next hop again", () => IsNextHop(region));

    private static bool IsNextHop(Region region)
    {
        using JsonDocument routes = JsonDocument.Parse(
            region.Exec("router-a", "ip", "-j", "route", "show", "root", "198.18.0.0/20"));
        return routes.RootElement.EnumerateArray().Any(
            route => route.GetRawText().Contains($"\"{Address}\"", StringComparison.Ordinal));
    }
}
