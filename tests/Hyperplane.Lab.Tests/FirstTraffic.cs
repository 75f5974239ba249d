using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Real clients, real routers, real targets: what a tenant's first load balancer does.</summary>
public sealed class FirstTraffic(LabFixture lab)
{
    private const string Target1 = "10.30.0.101";
    private const string Target2 = "10.30.0.102";
    private const string Target3 = "10.30.0.103";

    [Fact]
    public async Task Both_zones_answer_all_nodes_carry_traffic_and_targets_are_balanced_within_15_percent()
    {
        Region region = lab.Region;
        using Tenancy web = await Tenancy.Create(region, "balance", "TCP", 80, 8080, 5, Target1, Target2, Target3);
        var totals = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string vip in web.Vips)
        {
            foreach ((string name, int count) in Traffic.Requests(region, vip, 1_800))
                totals[name] = totals.GetValueOrDefault(name) + count;
        }

        Assert.Equal(["target-1", "target-2", "target-3"], totals.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(3_600, totals.Values.Sum());
        Assert.All(totals.Values, count => Assert.InRange(count, 1_200 * 0.85, 1_200 * 1.15));
        await Region.Until("the counters show every connection, by zone and by target", () =>
        {
            JsonElement all = region.LbctlJson("nlb", "stats", web.Name);
            JsonElement group = region.LbctlJson("target-group", "stats", web.Name);
            return NewFlows(all) >= 3_600 && NewFlows(group) >= 3_600 && Bytes(all) == Bytes(group)
                && all.GetProperty("zones").EnumerateArray().All(zone => NewFlows(zone) >= 1_800)
                && group.GetProperty("targets").EnumerateArray().All(one => NewFlows(one) > 1_000);
        });
        // A node that a test before restarted may have come back while the requests ran.
        await Region.Until("every node reports frames it forwarded", () =>
        {
            foreach (string vip in web.Vips)
                Traffic.Requests(region, vip, 60);
            return NodeCounters.Of(region, "forwarded", "cell-a", "cell-b").All(n => n > 100);
        });
    }

    [Fact]
    public async Task Established_connections_stay_with_their_target_while_targets_come_and_go()
    {
        Region region = lab.Region;
        using Tenancy echo = await Tenancy.Create(region, "steady", "TCP", 7, 7, 300, Target1, Target2);
        using Process held = Traffic.Hold(region, echo.VipA, 7, 60);
        region.Lbctl("target", "register", echo.Name, Target3);
        await echo.UntilTarget(Target3, "healthy");
        region.Lbctl("target", "register", echo.Name, Target1 + "=5", "--no-wait");
        using (Process more = Traffic.Hold(region, echo.VipA, 7, 60))
        {
            JsonElement after = Traffic.Release(more);
            Assert.Contains("target-3", after.GetProperty("names").EnumerateObject().Select(name => name.Name));
        }

        JsonElement result = Traffic.Release(held);
        Assert.Empty(result.GetProperty("broken").EnumerateArray());
        Assert.True(result.GetProperty("echoed").GetInt32() > 60);
        Assert.DoesNotContain("target-3", result.GetProperty("names").EnumerateObject().Select(name => name.Name));
    }

    [Fact]
    public async Task Datagrams_are_echoed_through_a_UDP_listener_in_both_zones()
    {
        Region region = lab.Region;
        using Tenancy echo = await Tenancy.Create(region, "udp", "UDP", 7, 7, 5, Target1, Target2, Target3);
        foreach (string vip in echo.Vips)
        {
            (int sent, int answered) = Traffic.Udp(region, vip, 7, 100);
            Assert.Equal(sent, answered);
        }
    }

    [Fact]
    public async Task A_listener_shares_its_connections_out_among_groups_by_weight()
    {
        Region region = lab.Region;
        using Tenancy web = Tenancy.Open(region, "weighted", "a");
        foreach ((string group, string target) in new[] { ("three", Target1), ("one", Target2), ("none", Target3) })
            web.AddGroup(group, "TCP", 8080, [target]);
        web.Listen("TCP", 80, "three=3", "one=1", "none=0");
        foreach (string group in web.Groups)
            await web.UntilHealthy(group, 3);
        Dictionary<string, int> answers = Traffic.Requests(region, web.VipA, 400);
        Assert.Equal(["target-1", "target-2"], answers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(400, answers.Values.Sum());
        // Five standard deviations about three quarters.
        Assert.InRange(answers["target-1"], 255, 345);
    }

    [Fact]
    public async Task A_dead_target_is_routed_around_once_detected_and_comes_back()
    {
        Region region = lab.Region;
        using Tenancy web = await Tenancy.Create(region, "failing", "TCP", 80, 8080, 5, Target1, Target2, Target3);
        region.Lab("stop", "target-2");
        try
        {
            await web.UntilAllNodesFind(Target2, healthy: false);
            foreach (string vip in web.Vips)
            {
                Assert.Equal(
                    ["target-1", "target-3"], Traffic.Requests(region, vip, 300).Keys.Order(StringComparer.Ordinal));
            }
        }
        finally
        {
            region.Lab("start", "target-2");
        }

        await web.UntilAllNodesFind(Target2, healthy: true);
        await Region.Until(
            "target-2 serves again", () => Traffic.Requests(region, web.VipA, 100).ContainsKey("target-2"));
    }

    [Fact]
    public async Task Deregistration_drains_established_connections_go_on_and_new_ones_avoid_the_target()
    {
        Region region = lab.Region;
        using Tenancy echo = await Tenancy.Create(region, "drain", "TCP", 7, 7, 300, Target1, Target2);
        using Process held = Traffic.Hold(region, echo.VipA, 7, 40);
        region.Lbctl("target", "deregister", echo.Name, Target1);
        await echo.UntilTarget(Target1, "draining");
        await Region.Until("new connections avoid the draining target", () =>
        {
            using Process fresh = Traffic.Hold(region, echo.VipA, 7, 40);
            JsonElement after = Traffic.Release(fresh);
            Assert.Empty(after.GetProperty("broken").EnumerateArray());
            return after.GetProperty("names").EnumerateObject().All(name => name.Name == "target-2");
        });
        JsonElement result = Traffic.Release(held);
        Assert.Empty(result.GetProperty("broken").EnumerateArray());
        Assert.True(result.GetProperty("names").TryGetProperty("target-1", out _));
    }

    [Fact]
    public async Task Deletion_stops_traffic_and_the_address_rests_in_quarantine()
    {
        Region region = lab.Region;
        Tenancy web = await Tenancy.Create(region, "doomed", "TCP", 80, 8080, 5, Target1);
        using (web)
        {
            Assert.True(Traffic.Answers(region, web.VipA));
            region.Lbctl("nlb", "delete", "doomed");
            await Region.Until(
                "no answer after deletion", () => web.Vips.All(vip => !Traffic.Answers(region, vip)), 10);
        }

        (int exitCode, _, string error) = region.TryLbctl(
            "create-nlb", "heir", "--zones", "a", "--address", "a=" + web.VipA);
        Assert.Equal(4, exitCode);
        Assert.Contains("address_in_use", error, StringComparison.Ordinal);
        Assert.Equal(3, region.TryLbctl("nlb", "get", "heir").ExitCode);
    }

    private static long NewFlows(JsonElement counted) =>
        counted.GetProperty("flows").GetProperty("newFlows").GetInt64();

    private static (long In, long Out) Bytes(JsonElement counted) => (
        counted.GetProperty("flows").GetProperty("bytesIn").GetInt64(),
        counted.GetProperty("flows").GetProperty("bytesOut").GetInt64());
}
