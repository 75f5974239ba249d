using Google.Protobuf;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;
using Hyperplane.Health;

namespace Hyperplane.Agent.Tests.Model;

public sealed class DualModelTests
{
    [Fact]
    public void Ipv6_prefixes_lead_to_the_nodes_ipv6_address() => Assert.Equal(
        """
        10.33.1.1/32 via 10.10.1.11 Probe
        fd00:20::1/128 via fd00:10::1 Probe
        10.32.1.5/32 via 10.10.1.11 Snat
        10.32.1.6/32 via 10.10.1.11 Snat
        fd00:19::11/128 via fd00:10::1 Snat
        fd00:19::12/128 via fd00:10::1 Snat
        10.32.1.0/24 via 10.10.1.11 SnatCovering
        fd00:19::/120 via fd00:10::1 SnatCovering
        198.18.0.0/26 via 10.10.1.11 Block
        fd00:18::/122 via fd00:10::1 Block
        198.18.200.1/32 via 10.10.1.11 LoneVip
        """,
        string.Join(
            Environment.NewLine,
            Model(Sample.Dual()).Routes.Select(r => $"{r.Prefix} via {r.NextHop} {r.Kind}")));

    [Fact]
    public void A_lone_ipv6_vip_is_announced_by_itself()
    {
        Snapshot snapshot = Sample.Dual();
        snapshot.Vips[^1].Address = Sample.Bytes("fd00:18::ffff");
        snapshot.Vips[^1].AnnounceAlone = true;
        Assert.Contains(Model(snapshot).Routes, r => r.Prefix.ToString() == "fd00:18::ffff/128");
    }

    [Fact]
    public void A_node_without_an_ipv6_address_announces_ipv4_alone()
    {
        Snapshot snapshot = Sample.Dual();
        snapshot.Nodes[0].Ipv6Address = ByteString.Empty;
        snapshot.Nodes[0].Ipv6ProbeAddress = ByteString.Empty;
        Assert.All(
            Model(snapshot).Routes, r => Assert.DoesNotContain(':', r.Prefix.ToString()));
    }

    [Fact]
    public void A_node_without_an_ipv6_address_serves_all_but_ipv6_targets_in_tunnels_and_says_so()
    {
        Snapshot snapshot = Sample.Dual();
        snapshot.TargetGroups[0].Tunnel = new Tunnel { Kind = Tunnel.Types.Kind.Gue };
        Assert.Empty(Model(snapshot).UnservedGroups);
        snapshot.Nodes[0].Ipv6Address = ByteString.Empty;
        snapshot.Nodes[0].Ipv6ProbeAddress = ByteString.Empty;
        foreach (Listener listener in snapshot.Vips.SelectMany(v => v.Listeners))
            listener.Port = 8080;
        NodeModel model = Model(snapshot);
        Assert.Equal([snapshot.TargetGroups[0].Name], model.UnservedGroups);
        DataplaneModel dataplane = model.ToDataplane(
            new Dictionary<ProbeKey, ProbeVerdict>(), [System.Net.IPAddress.Parse("10.32.1.5")]);
        Assert.Null(Hyperplane.Dataplane.Pipeline.ModelValidation.Check(dataplane));
        Assert.Equal([11u, 12u, 13u], dataplane.TargetGroups.Single(g => g.Id == 1).Targets.Select(t => t.Id));
        // Health brings the same targets again, not others.
        DataplaneModel next = model.ToDataplane(
            new Dictionary<ProbeKey, ProbeVerdict> { [new ProbeKey(1, 13)] = new(ProbeState.Healthy, "", "") },
            [System.Net.IPAddress.Parse("10.32.1.5")], dataplane);
        Assert.True(next.TargetGroups.Single(g => g.Id == 1).Targets.Single(t => t.Id == 13).Healthy);
    }

    [Fact]
    public void The_dataplane_gets_both_families()
    {
        NodeModel model = Model(Sample.Dual());
        DataplaneModel dataplane = model.ToDataplane(
            new Dictionary<ProbeKey, ProbeVerdict>(),
            [System.Net.IPAddress.Parse("10.32.1.5"), System.Net.IPAddress.Parse("fd00:19::11")]);
        Assert.Equal(
            ["198.18.0.0/16", "10.32.1.0/24", "fd00:18::/112", "fd00:19::/120"],
            dataplane.OwnPrefixes.Select(p => p.ToString()));
        Assert.Equal(["10.32.1.5", "fd00:19::11"], dataplane.SnatAddresses.Select(a => a.ToString()));
        Assert.Equal(["10.32.1.0/24", "fd00:19::/120"], dataplane.SnatPools.Select(p => p.ToString()));
        Assert.Contains(dataplane.Vips, vip => vip.Address.ToString() == "fd00:18::1");
        Assert.Null(Hyperplane.Dataplane.Pipeline.ModelValidation.Check(dataplane));
    }

    [Fact]
    public void Every_target_is_probed_from_an_address_of_its_family()
    {
        NodeModel model = Model(Sample.Dual());
        IReadOnlyList<HealthCheckTarget> targets =
            HealthTranslation.ToTargets(model.CheckedGroups, model.ProbeAddresses);
        Assert.All(targets, target => Assert.Null(target.FindProblem()));
        Assert.Equal(["10.33.1.1", "fd00:20::1"], targets.Select(t => t.Source!.ToString()).Distinct());
    }

    private static NodeModel Model(Snapshot snapshot) => NodeModel.From(snapshot, Sample.Node, Sample.Routers);
}
