namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>Against BIRD 2 as the router.</summary>
[Collection("routers")]
public sealed class BirdTests
{
    [Fact]
    public async Task Prefixes_of_both_families_come_and_go_without_a_flap()
    {
        using var lab = new RoutingLab();
        using var router = new BirdRouter(lab);
        NodeProcess node = lab.StartNode(11, 64601);
        node.Say("announce 192.0.2.1/32 med=7");
        node.Say("announce 2001:db8:1::1/128 via=2001:db8:99::11");
        await node.Until("Established sent=2");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Contains("via 10.99.0.11"), "ipv4 route");
        string six = Eventually.Says(
            () => router.Birdc("show route 2001:db8:1::1/128 all"), static s => s.Contains("BGP.origin"), "ipv6 route");
        Assert.Contains("BGP.next_hop: 2001:db8:99::11", six);
        string four = router.Birdc("show route 192.0.2.1/32 all");
        Assert.Contains("BGP.as_path: 64601", four);
        Assert.Contains("BGP.next_hop: 10.99.0.11", four);
        Assert.Contains("BGP.med: 7", four);
        Assert.DoesNotContain("BGP.local_pref: 0", four);

        node.Say("announce-many 2000");
        await node.Until("sent=2002");
        Eventually.Says(() => router.Birdc("show route count"), static s => s.Contains("2001 of 2001 routes"), "2,001");
        node.Say("withdraw-many 2000");
        node.Say("withdraw 192.0.2.1/32");
        Eventually.Says(() => lab.KernelRoute("192.0.2.1"), static s => s.Length == 0, "route goes");
        await node.Until("Established sent=1 ");
        Assert.All(
            node.History.SkipWhile(static line => !line.Contains("Established", StringComparison.Ordinal)),
            static line => Assert.Contains("Established", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_nodes_share_the_traffic_until_one_drains_and_says_why_it_leaves()
    {
        using var lab = new RoutingLab();
        using var router = new BirdRouter(lab);
        NodeProcess one = lab.StartNode(11, 64601);
        NodeProcess two = lab.StartNode(12, 4_200_000_002);
        one.Say("announce 192.0.2.1/32");
        two.Say("announce 192.0.2.1/32");
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => s.Contains("via 10.99.0.11") && s.Contains("via 10.99.0.12"),
            "both next hops");
        one.Say("announce 192.0.2.1/32 community=65535:0");
        Eventually.Says(
            () => lab.KernelRoute("192.0.2.1"),
            static s => !s.Contains("10.99.0.11") && s.Contains("10.99.0.12"),
            "the node leaves the group");
        Assert.Contains("BGP.community: (65535,0)", router.Birdc("show route 192.0.2.1/32 all"));
        one.Say("close drain: node-a1 leaves");
        await one.Until("closed");
        Eventually.Says(router.Log, static s => s.Contains("drain: node-a1 leaves"), "BIRD logs the text");
    }
}
