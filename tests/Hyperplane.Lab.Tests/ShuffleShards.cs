using System.Net;
using System.Text.Json;
using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Lab.Tests;

/// <summary>A region of its own: a cell of five nodes, of which two serve a load balancer.</summary>
public sealed class ShuffleShards
{
    private const int Nodes = 5;
    private const string Cell = "cell-a";

    [Fact]
    public async Task Two_of_five_nodes_serve_and_its_connections_survive_until_neither_is_left()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        using var region = Region.Up("lab-shards", Nodes, options: ["--zones", "a"]);
        region.Operator("cell", "put", Cell, "--zone", "a", "--shard-size", "2");
        using FlowServers servers = await FlowServers.Start(region, "target-1", "target-2", "target-3", "target-4");
        using var echo = Tenancy.Open(region, "shards", "a");
        echo.AddGroup(
            "shards", "TCP", FlowServers.Port, ["10.30.0.101", "10.30.0.102", "10.30.0.103", "10.30.0.104"],
            "--health-port", "7");
        echo.Listen("TCP", FlowServers.Port, "shards");
        await echo.UntilHealthy("shards", 2);
        string[] first = await UntilAnnounced(region, echo.VipA);
        var flows = new FlowOptions(120, 30, 0, 0);
        using FlowClient client = await FlowClient.Open(region, flows, echo.VipA);

        region.Fault("kill", first[0]);
        await Region.Until(
            "the other one announces alone", () => Announcing(region, echo.VipA).SequenceEqual([first[1]]));
        await client.Quiet();

        // Forgotten, it has a successor.
        await Region.Until("the dead node is forgotten", () => IsForgotten(region, first[0]), seconds: 60);
        string[] second = await UntilAnnounced(region, echo.VipA);
        Assert.Contains(first[1], second);
        await client.Quiet();

        // And so has the last one that saw the connections begin.
        region.Operator("node", "drain", first[1], "--cell", Cell);
        string[] third = await UntilAnnounced(region, echo.VipA);
        Assert.Empty(third.Intersect(first));
        await client.Quiet();
        FlowReport after = await client.Report();
        Assert.Equal([], after.Steady.Why.Concat(after.Fast.Why));
        Assert.Equal((flows.Steady, flows.Fast), (after.Steady.Open, after.Fast.Open));
    }

    /// <summary>Until exactly the two nodes that the placement names announce the VIP's block.</summary>
    private static async Task<string[]> UntilAnnounced(Region region, string vip)
    {
        string[] wanted = [];
        await Region.Until("two nodes announce the load balancer, those that serve its shard", () =>
        {
            wanted = Serving(region, vip);
            return wanted.Length == 2 && Announcing(region, vip).SequenceEqual(wanted);
        });
        return wanted;
    }

    private static string[] Serving(Region region, string vip)
    {
        using JsonDocument placement = JsonDocument.Parse(region.Operator("admin", "placement", "-o", "json"));
        return
        [
            .. placement.RootElement.GetProperty("cells")[0].GetProperty("shards").EnumerateArray()
                .Single(shard => Contains(shard.GetProperty("block").GetString()!, vip))
                .GetProperty("nodes").EnumerateArray().Select(node => node.GetString()!),
        ];
    }

    /// <summary>The nodes that router-a's kernel forwards the VIP's block to.</summary>
    private static string[] Announcing(Region region, string vip)
    {
        using JsonDocument routes = JsonDocument.Parse(
            region.Exec("router-a", "ip", "-j", "route", "show", "root", "198.18.0.0/20"));
        string text = string.Concat(routes.RootElement.EnumerateArray()
            .Where(route => Contains(route.GetProperty("dst").GetString()!, vip)).Select(route => route.GetRawText()));
        return
        [
            .. Enumerable.Range(1, Nodes)
                .Where(i => text.Contains($"\"10.10.1.{10 + i}\"", StringComparison.Ordinal)).Select(i => $"node-a{i}"),
        ];
    }

    private static bool Contains(string prefix, string vip) =>
        IPNetwork.TryParse(prefix, out IPNetwork block) && block.Contains(IPAddress.Parse(vip));

    /// <summary>Forgets it; refused while its last report is fresh.</summary>
    private static bool IsForgotten(Region region, string node)
    {
        try
        {
            region.Operator("node", "delete", node, "--cell", Cell);
            return true;
        }
        catch (InvalidOperationException refused)
            when (refused.Message.Contains("node_alive", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
