using System.Text.Json;

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
}
