using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>
/// What OpenStack Octavia's tempest plugin holds a load-balancing service's data plane to, restated for this one. What
/// a client outside a listener's lists meets is in <see cref="SourceLists"/>, failover in <see cref="Failover"/>.
/// </summary>
public sealed class OctaviaBehaviours(LabFixture lab)
{
    private const string Target1 = "10.30.0.101";
    private const string Target2 = "10.30.0.102";
    private const string Ipv6Target = "fd00:30::103";
    private static readonly string[] Both = ["target-1", "target-2"];
    private static readonly string[] Quick =
        ["--health-timeout", "1", "--healthy-threshold", "2", "--unhealthy-threshold", "2"];

    [Fact]
    public async Task A_load_balancer_becomes_active_and_traffic_goes_to_both_members_then_the_healthy_one_then_both()
    {
        Region region = lab.Region;
        using Tenancy web = Tenancy.Open(region, "oct-health", "a");
        JsonElement status = region.LbctlJson("nlb", "get", web.Name).GetProperty("status");
        Assert.Equal("active", status.GetProperty("provisioning").GetString());
        web.AddGroup(web.Name, "TCP", 8080, [Target1, Target2], Quick);
        Assert.Equal("unused", web.TargetState(Target1));
        web.Listen("TCP", 80, web.Name);
        await web.UntilHealthy(web.Name, 3);
        await UntilServedBy(region, web.VipA, Both);
        region.Lab("stop", "target-2");
        try
        {
            await web.UntilTarget(Target2, "unhealthy");
            Assert.Equal("healthy", web.TargetState(Target1));
            await UntilServedBy(region, web.VipA, "target-1");
        }
        finally
        {
            region.Lab("start", "target-2");
        }

        await web.UntilHealthy(web.Name, 3);
        await UntilServedBy(region, web.VipA, Both);
    }

    [Fact]
    public async Task Every_change_of_what_is_checked_flips_a_members_state_both_ways()
    {
        Region region = lab.Region;
        using Tenancy web = Tenancy.Open(region, "oct-checks", "a");
        web.AddGroup(web.Name, "TCP", 8080, [Target1], Quick);
        web.Listen("TCP", 80, web.Name);
        await web.UntilTarget(Target1, "healthy");
        (string[] Breaks, string[] Mends)[] changes =
        [
            (["--health-port", "9"], ["--health-port", "7"]),
            (["--health-protocol", "HTTP", "--health-port", "8080", "--health-path", "/", "--matcher", "418"],
                ["--matcher", "200-299"]),
            (["--health-protocol", "HTTPS"], ["--health-protocol", "TCP"]),
        ];
        foreach ((string[] breaks, string[] mends) in changes)
        {
            region.Lbctl(["target-group", "modify", web.Name, .. breaks]);
            await web.UntilTarget(Target1, "unhealthy");
            region.Lbctl(["target-group", "modify", web.Name, .. mends]);
            await web.UntilTarget(Target1, "healthy");
        }
    }

    [Fact]
    public async Task Datagrams_go_on_through_updates_of_the_pool_the_check_and_the_listener()
    {
        Region region = lab.Region;
        using Tenancy echo = Tenancy.Open(region, "oct-udp", "a");
        echo.AddGroup(
            echo.Name, "UDP", 7, [Target1, Target2], [.. Quick, "--health-protocol", "TCP", "--health-port", "7"]);
        echo.Listen("UDP", 7, echo.Name);
        await echo.UntilHealthy(echo.Name, 3);
        string[][] updates =
        [
            ["target-group", "modify", echo.Name, "--deregistration-delay", "5"],
            ["target-group", "modify", echo.Name, "--health-interval", "5"],
            ["listener", "modify", "UDP:7", "--nlb", echo.Name, "--allow", "10.0.0.0/8"],
        ];
        foreach (string[] update in updates)
        {
            region.Lbctl(update);
            (int sent, int answered) = Traffic.Udp(region, echo.VipA, 7, 20);
            Assert.Equal((string.Join(' ', update), sent), (string.Join(' ', update), answered));
        }
    }

    [Fact]
    public async Task One_port_serves_TCP_and_UDP()
    {
        Region region = lab.Region;
        using Tenancy echo = Tenancy.Open(region, "oct-both", "a");
        echo.AddGroup(echo.Name, "TCP_UDP", 7, [Target1, Target2], Quick);
        echo.Listen("TCP_UDP", 7, echo.Name);
        await echo.UntilHealthy(echo.Name, 3);
        (int sent, int answered) = Traffic.Udp(region, echo.VipA, 7, 20);
        Assert.Equal(sent, answered);
        Assert.Equal(Both, Names(Held(region, echo.VipA)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Algorithms_share_out_or_stick_and_break_no_connection_that_is_there()
    {
        Region region = lab.Region;
        using Tenancy echo = Tenancy.Open(region, "oct-spread", "a");
        echo.AddGroup(echo.Name, "TCP", 7, [Target1, Target2], Quick);
        echo.Listen("TCP", 7, echo.Name);
        await echo.UntilHealthy(echo.Name, 3);
        using Process before = Traffic.Hold(region, echo.VipA, 7, 60);
        foreach (string algorithm in new[] { "five_tuple", "two_choices", "least_flows" })
        {
            Choose(algorithm);
            // With each port as likely here as there, fewer than 12 of 60 come once in 600,000 runs.
            await Region.Until(
                $"{algorithm} spreads by port",
                () => Names(Held(region, echo.VipA)) is { Count: 2 } names && names.Values.All(count => count >= 12));
        }

        Choose("source_ip");
        await Region.Until("an address stays with one member", () => Names(Held(region, echo.VipA)).Count == 1);
        string[] stuck = [.. Names(Held(region, echo.VipA)).Keys];
        Assert.Equal(stuck, Names(Held(region, echo.VipA)).Keys);
        // Those on the member that new ones avoid now among them.
        Assert.Equal(Both, Names(Traffic.Release(before)).Keys.Order(StringComparer.Ordinal));

        void Choose(string algorithm) => region.Lbctl(
            "target-group", "modify", echo.Name, "--attribute", $"load_balancing.algorithm.type={algorithm}");
    }

    [Fact]
    public async Task Members_of_both_families_serve_one_listener()
    {
        Region region = lab.Region;
        using Tenancy web = Tenancy.Open(region, "oct-mixed", "a", isDualstack: true);
        web.AddGroup("oct-mixed4", "TCP", 8080, [Target1], Quick);
        web.AddGroup("oct-mixed6", "TCP", 8080, [Ipv6Target], Quick);
        web.Listen("TCP", 80, "oct-mixed4", "oct-mixed6");
        foreach (string group in web.Groups)
            await web.UntilHealthy(group, 3);
        foreach (string vip in new[] { web.VipA, $"[{web.Vip("a", 6)}]" })
            await UntilServedBy(region, vip, "target-1", "target-3");
    }

    private static Task UntilServedBy(Region region, string vip, params string[] targets) => Region.Until(
        $"{vip} sends to {string.Join(" and ", targets)}",
        () => Traffic.Requests(region, vip, 60).Keys.Order(StringComparer.Ordinal)
            .SequenceEqual(targets, StringComparer.Ordinal));

    /// <summary>Sixty connections of one client, by the target's name; none broke.</summary>
    private static JsonElement Held(Region region, string vip)
    {
        using Process held = Traffic.Hold(region, vip, 7, 60);
        return Traffic.Release(held);
    }

    private static Dictionary<string, int> Names(JsonElement result)
    {
        Assert.Empty(result.GetProperty("broken").EnumerateArray());
        return result.GetProperty("names").EnumerateObject()
            .ToDictionary(name => name.Name, name => name.Value.GetInt32(), StringComparer.Ordinal);
    }
}
