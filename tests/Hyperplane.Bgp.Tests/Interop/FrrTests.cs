namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>Against FRR as the router.</summary>
[Collection("routers")]
public sealed class FrrTests
{
    [Fact]
    public async Task A_prefix_reaches_the_kernel_with_our_address_as_next_hop_and_leaves_it_without_a_flap()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(11, 64601);
        node.Say("announce 192.0.2.1/32");
        node.Say("announce 198.18.0.0/26");
        await node.Until("Established sent=2");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Contains("via 10.99.0.11"), "route comes");
        Eventually.Says(() => lab.KernelRoute("198.18.0.0/26"), static s => s.Contains("via 10.99.0.11"), "block");

        node.Say("announce 192.0.2.2/32 via=10.99.0.12");
        node.Say("withdraw 192.0.2.1/32");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Length == 0, "route goes");
        Eventually.Says(() => lab.KernelRoute("192.0.2.2"), static s => s.Contains("via 10.99.0.12"), "next hop");
        Assert.Contains("via 10.99.0.11", lab.KernelRoute("198.18.0.0/26"));
        Assert.Equal(1, router.NeighborNumber(11, "connectionsEstablished"));
    }

    [Fact]
    public async Task Two_nodes_of_different_ASes_make_one_group_of_next_hops()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess one = lab.StartNode(11, 64601);
        NodeProcess two = lab.StartNode(12, 4_200_000_002);
        one.Say("announce 192.0.2.1/32");
        two.Say("announce 192.0.2.1/32");
        await one.Until("Established sent=1");
        await two.Until("Established sent=1");
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => s.Contains("via 10.99.0.11") && s.Contains("via 10.99.0.12"),
            "both next hops");

        one.Kill();
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => !s.Contains("10.99.0.11") && s.Contains("10.99.0.12"),
            "the killed node leaves the group");
    }

    [Fact]
    public async Task Graceful_shutdown_moves_the_traffic_before_the_route_goes()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess one = lab.StartNode(11, 64601);
        NodeProcess two = lab.StartNode(12, 64601);
        one.Say("announce 192.0.2.1/32 med=7");
        two.Say("announce 192.0.2.1/32 med=7");
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => s.Contains("via 10.99.0.11") && s.Contains("via 10.99.0.12"),
            "both next hops");
        one.Say("announce 192.0.2.1/32 med=7 community=65535:0 community=64512:42");
        string path = Eventually.Says(
            () => router.Vtysh("show bgp ipv4 unicast 192.0.2.1/32"),
            static s => s.Contains("Community: 64512:42 graceful-shutdown"),
            "FRR sees the community");
        Assert.Contains("metric 7", path);
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => !s.Contains("10.99.0.11") && s.Contains("10.99.0.12"),
            "the node leaves the group");
        Assert.Equal(1, router.NeighborNumber(11, "connectionsEstablished"));
        Assert.Equal(1, router.NeighborNumber(11, "addressFamilyInfo", "ipv4Unicast", "acceptedPrefixCounter"));
    }

    [Fact]
    public async Task A_close_tells_the_router_why_and_takes_the_routes_along()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(20, 64601);
        node.Say("announce 192.0.2.1/32");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Contains("via 10.99.0.20"), "route comes");
        node.Say("close drain: node-a1 leaves");
        await node.Until("closed");
        Eventually.Says(
            () => router.Vtysh("show bgp neighbors 10.99.0.20 json"),
            static s => s.Contains("\"lastShutdownDescription\":\"drain: node-a1 leaves\""),
            "FRR remembers the text");
        Assert.Contains("(Cease/Administrative Shutdown)", router.Vtysh("show bgp neighbors 10.99.0.20"));
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Length == 0, "route goes");
    }

    [Fact]
    public async Task Two_thousand_prefixes_come_and_go_in_few_messages()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(11, 64601);
        await node.Until("Established");
        node.Say("announce-many 2000");
        await node.Until("sent=2000");
        WaitForPrefixes(router, 2000);
        Assert.InRange(router.NeighborNumber(11, "messageStats", "updatesRecv"), 3, 5); // two of them end-of-RIB
        node.Say("withdraw-many 1999");
        await node.Until("sent=1");
        WaitForPrefixes(router, 1);
        Assert.InRange(router.NeighborNumber(11, "messageStats", "updatesRecv"), 6, 8);
        Assert.Equal(1, router.NeighborNumber(11, "connectionsEstablished"));
    }

    [Fact]
    public async Task A_router_that_asks_again_is_answered_without_a_flap()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(11, 64601);
        node.Say("announce-many 1000");
        await node.Until("Established sent=1000");
        WaitForPrefixes(router, 1000);
        long before = router.NeighborNumber(11, "messageStats", "updatesRecv");
        router.Vtysh("clear bgp ipv4 unicast 10.99.0.11 soft in");
        Eventually.Says(
            () => $"{router.NeighborNumber(11, "messageStats", "updatesRecv")}",
            s => s == $"{before + 2}",
            "the routes come again");
        Assert.Equal(1, router.NeighborNumber(11, "messageStats", "routeRefreshSent"));
        Assert.Equal(1, router.NeighborNumber(11, "connectionsEstablished"));
        WaitForPrefixes(router, 1000);
    }

    [Theory]
    [InlineData(11, 64601, "remote-as=64999", "error=OPEN message error: bad peer AS (2/2): the peer is AS 64512, "
        + "expected AS 64999")]
    [InlineData(20, 64999, "remote-as=64512", "error=peer said OPEN message error: bad peer AS (2/2)")]
    public async Task A_wrong_AS_on_either_side_is_a_clear_error(int number, uint localAs, string setting, string error)
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(number, localAs, setting);
        Assert.Contains("Idle sent=0", await node.Until(error));
        Assert.DoesNotContain(node.History, static line => line.Contains("Established", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_router_that_hangs_is_given_up_and_told_everything_when_it_is_back()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(11, 64601, "hold=3", "keepalive=1");
        node.Say("announce 192.0.2.1/32");
        await node.Until("Established sent=1");
        router.Signal("STOP");
        try
        {
            await node.Until("Idle sent=0 error=hold timer expired (4/0)");
        }
        finally
        {
            router.Signal("CONT");
        }

        await node.Until("Established sent=1");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Contains("via 10.99.0.11"), "route is back");
    }

    [Fact]
    public async Task An_unplugged_node_comes_back_by_itself()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(11, 64601, "hold=3", "keepalive=1");
        node.Say("announce 192.0.2.1/32");
        await node.Until("Established sent=1");
        lab.Unplug(11);
        await node.Until("Idle sent=0 error=hold timer expired (4/0)");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Length == 0, "route goes");
        await node.Until("error=cannot connect");
        lab.Plug(11);
        await node.Until("Established sent=1");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Contains("via 10.99.0.11"), "route is back");
    }

    [Fact]
    public async Task A_signed_session_at_full_ttl_comes_up_over_ipv4_and_ipv6()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab, "password s3cret", "ttl-security hops 1");
        NodeProcess four = lab.StartNode(11, 64601, "password=s3cret", "gtsm=yes");
        NodeProcess six = lab.StartNode(12, 64601, "password=s3cret", "gtsm=yes", "peer=2001:db8:99::1");
        four.Say("announce 192.0.2.1/32");
        six.Say("announce 2001:db8:1::1/128");
        await four.Until("Established sent=1");
        await six.Until("peer 2001:db8:99::1 Established sent=1");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Contains("via 10.99.0.11"), "ipv4 route");
        Eventually.Says(
            () => router.Vtysh("show bgp ipv6 unicast 2001:db8:1::1/128"),
            static s => s.Contains("2001:db8:99::12") && s.Contains("best"),
            "ipv6 route");
    }

    [Fact]
    public async Task A_wrong_password_is_named_as_the_likely_cause_and_never_printed()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab, "password s3cret");
        NodeProcess node = lab.StartNode(11, 64601, "password=Wr0ng-0ne");
        await node.Until("error=cannot connect: no answer within 5 s (a wrong or missing password looks like this)");
        Assert.DoesNotContain(node.History, static line => line.Contains("Wr0ng-0ne", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inside_one_AS_the_path_is_empty_and_the_preference_stands()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess node = lab.StartNode(130, 64512);
        node.Say("announce 192.0.2.1/32 preference=250");
        await node.Until("Established sent=1");
        string path = Eventually.Says(
            () => router.Vtysh("show bgp ipv4 unicast 192.0.2.1/32"), static s => s.Contains("internal"), "path");
        Assert.Contains("localpref 250", path);
        Assert.Contains("Local", path); // FRR's word for an empty AS path
    }

    [Fact]
    public async Task A_prepended_path_loses_against_a_short_one()
    {
        using var lab = new RoutingLab();
        using var router = new FrrRouter(lab);
        NodeProcess far = lab.StartNode(11, 64601);
        NodeProcess near = lab.StartNode(12, 64602);
        far.Say("announce 192.0.2.1/32 prepend=2");
        near.Say("announce 192.0.2.1/32");
        await far.Until("Established sent=1");
        await near.Until("Established sent=1");
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => !s.Contains("10.99.0.11") && s.Contains("10.99.0.12"),
            "the short path");
        Assert.Contains("64601 64601 64601", router.Vtysh("show bgp ipv4 unicast 192.0.2.1/32"));
    }

    private static void WaitForPrefixes(FrrRouter router, int count) => Eventually.Says(
        () => $"{router.NeighborNumber(11, "addressFamilyInfo", "ipv4Unicast", "acceptedPrefixCounter")}",
        s => s == $"{count}",
        $"{count} prefixes at the router");
}
