using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>What FRR's routers learn from the nodes.</summary>
public sealed class Routing(LabFixture lab)
{
    private const string ProbePool = "198.19.17.";

    [Fact]
    public void Every_node_of_a_zone_is_a_next_hop_of_its_shard_blocks()
    {
        Region region = lab.Region;
        JsonElement routes = Routes(region, "a");
        List<JsonProperty> blocks = routes.EnumerateObject()
            .Where(route => route.Name.StartsWith("198.18.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(blocks);
        Assert.All(
            blocks, block => Assert.Equal(["10.10.1.11", "10.10.1.12", "10.10.1.13"], NextHops(routes, block.Name)));
        Assert.Equal(["10.10.1.11", "10.10.1.12", "10.10.1.13"], NextHops(routes, "198.19.0.0/26"));
    }

    [Fact]
    public async Task A_chosen_address_outside_the_shards_block_comes_and_goes_as_a_host_route()
    {
        Region region = lab.Region;
        HashSet<string> blocks = Blocks(region);
        // An address in the pool that no shard of the only cell covers, so it must be announced alone.
        string chosen = "198.18.15.77";
        Assert.DoesNotContain("198.18.15.64/26", blocks);
        region.Lbctl("create-nlb", "chosen", "--zones", "a", "--address", "a=" + chosen);
        await Region.Until("the /32 is in FRR", () => NextHops(Routes(region, "a"), chosen + "/32").Count == 3);
        region.Lbctl("nlb", "delete", "chosen");
        await Region.Until("the /32 is gone", () => NextHops(Routes(region, "a"), chosen + "/32").Count == 0);
        Assert.Equal(blocks, Blocks(region));
    }

    [Fact]
    public async Task A_drained_nodes_prefixes_vanish_and_come_back()
    {
        Region region = lab.Region;
        region.Operator("node", "drain", "node-b2", "--cell", "cell-b");
        try
        {
            await Region.Until("no route leads to the drained node", () => !AnyRouteTo(region, "b", "10.10.2.12"));
        }
        finally
        {
            region.Operator("node", "undrain", "node-b2", "--cell", "cell-b");
        }

        await Region.Until(
            "the node is a next hop again",
            () => NextHops(Routes(region, "b"), "198.19.16.0/26").Contains("10.10.2.12"));
    }

    [Fact]
    public async Task A_planned_stop_is_a_drain_and_a_start_comes_back()
    {
        Region region = lab.Region;
        region.Lab("stop", "node-b3");
        await Region.Until("no route leads to the stopped node", () => !AnyRouteTo(region, "b", "10.10.2.13"));
        region.Lab("start", "node-b3");
        await Region.Until(
            "the node is a next hop again",
            () => NextHops(Routes(region, "b"), "198.19.16.0/26").Contains("10.10.2.13"));
    }

    [Fact]
    public async Task Forwarding_new_flows_and_restarts_need_neither_controller_nor_api_nor_database()
    {
        Region region = lab.Region;
        using Tenancy web = await Tenancy.Create(region, "static", "TCP", 80, 8080, 5, "10.30.0.101", "10.30.0.102");
        region.Lab("stop", "controller");
        region.Lab("stop", "api");
        try
        {
            Assert.Equal(200, Traffic.Requests(region, web.VipB, 200).Values.Sum());
            region.Lab("stop", "node-b1");
            region.Lab("start", "node-b1");
            await Region.Until(
                "the restarted node announces",
                () => NextHops(Routes(region, "b"), "198.19.16.0/26").Contains("10.10.2.11"));
            Dictionary<string, int> answers = Traffic.Requests(region, web.VipB, 200);
            Assert.Equal(["target-1", "target-2"], answers.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(200, answers.Values.Sum());
        }
        finally
        {
            region.Lab("start", "controller");
            region.Lab("start", "api");
            await Region.Until("the api answers again", () => region.TryLbctl("nlb", "list").ExitCode == 0);
        }
    }

    private static HashSet<string> Blocks(Region region) =>
        Routes(region, "a").EnumerateObject().Select(route => route.Name)
            .Where(prefix => prefix.StartsWith("198.18.", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether traffic is led to a node. Its probe address stays announced: health checks go on while it is
    /// drained.</summary>
    private static bool AnyRouteTo(Region region, string zone, string nextHop)
    {
        JsonElement routes = Routes(region, zone);
        return routes.EnumerateObject().Any(route =>
            !route.Name.StartsWith(ProbePool, StringComparison.Ordinal)
            && NextHops(routes, route.Name).Contains(nextHop));
    }

    private static JsonElement Routes(Region region, string zone)
    {
        using JsonDocument document = JsonDocument.Parse(region.Exec(
            "router-" + zone, "vtysh", "--vty_socket", $"{region.Folder}/state/run/frr-{zone}",
            "-c", "show ip route bgp json"));
        return document.RootElement.Clone();
    }

    private static List<string> NextHops(JsonElement routes, string prefix) =>
        routes.TryGetProperty(prefix, out JsonElement paths)
            ? paths.EnumerateArray()
                .SelectMany(path => path.GetProperty("nexthops").EnumerateArray())
                .Where(hop => hop.TryGetProperty("ip", out _) && hop.TryGetProperty("fib", out _))
                .Select(hop => hop.GetProperty("ip").GetString()!)
                .Order(StringComparer.Ordinal).ToList()
            : [];
}
