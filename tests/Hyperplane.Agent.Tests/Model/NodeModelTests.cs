using System.Collections.Immutable;
using System.Text;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Tests.Model;

public sealed class NodeModelTests
{
    private static readonly ImmutableArray<System.Net.IPAddress> Leased = [System.Net.IPAddress.Parse("10.32.1.6")];

    private static readonly Dictionary<ProbeKey, ProbeVerdict> NoVerdicts = [];

    [Fact]
    public void The_dataplane_of_a_node_gets_all_vips_of_the_cell_for_it_may_carry_any_flow_on() => Assert.Equal(
        """
        version 7
        own 198.18.0.0/16 10.32.1.0/24
        snat 10.32.1.6 of 10.32.1.0/24
        gateways 10.10.1.1
        vip 1 198.18.0.1
          listener 11 Tcp 80 group 1 idle 350000
        vip 2 198.18.0.2
          listener 21 Tcp 80 group 1 idle 350000
        vip 900 198.18.0.70
          listener 9001 Tcp 80 group 2 idle 350000
        vip 901 198.18.200.1
          listener 9011 Udp 53 group 1 idle 350000
        group 1
          target 11 10.40.0.1:8080 weight 1 healthy
          target 12 10.40.0.2:8080 weight 0
          target 13 10.40.0.3:8080 weight 1 draining
        group 2
          target 21 10.40.0.4:8080 weight 1

        """,
        Text(Model("node-a1").ToDataplane(new Dictionary<ProbeKey, ProbeVerdict>
        {
            [new ProbeKey(1, 11)] = new(ProbeState.Healthy, "", ""),
            [new ProbeKey(1, 12)] = new(ProbeState.Unhealthy, "Target.Timeout", ""),
            [new ProbeKey(2, 12)] = new(ProbeState.Healthy, "", ""),
        }, Leased)));

    [Fact]
    public void Listeners_of_a_vip_with_a_flow_log_have_one()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.Vips[0].FlowLog = new FlowLog { Tenant = "shop" };
        DataplaneModel model = NodeModel.From(snapshot, "node-a1", Sample.Routers).ToDataplane(NoVerdicts, Leased);
        Assert.Equal([true, false, false, false], model.Vips.Select(vip => Assert.Single(vip.Listeners).Logs));
    }

    [Fact]
    public void A_node_of_more_shards_gets_the_same() => Assert.Equal(
        """
        version 7
        own 198.18.0.0/16 10.32.1.0/24
        snat 10.32.1.6 of 10.32.1.0/24
        gateways 10.10.1.1
        vip 1 198.18.0.1
          listener 11 Tcp 80 group 1 idle 350000
        vip 2 198.18.0.2
          listener 21 Tcp 80 group 1 idle 350000
        vip 900 198.18.0.70
          listener 9001 Tcp 80 group 2 idle 350000
        vip 901 198.18.200.1
          listener 9011 Udp 53 group 1 idle 350000
        group 1
          target 11 10.40.0.1:8080 weight 1
          target 12 10.40.0.2:8080 weight 0
          target 13 10.40.0.3:8080 weight 1 draining
        group 2
          target 21 10.40.0.4:8080 weight 1

        """,
        Text(Model("node-a2").ToDataplane(NoVerdicts, Leased)));

    [Fact]
    public void A_node_announces_its_probe_its_snat_the_covering_prefix_its_blocks_and_its_lone_vips() => Assert.Equal(
        [
            "10.33.1.1/32 Probe",
            "10.32.1.5/32 Snat",
            "10.32.1.6/32 Snat",
            "10.32.1.0/24 SnatCovering",
            "198.18.0.0/26 Block",
            "198.18.200.1/32 LoneVip",
        ],
        Model("node-a1").Routes.Select(r => $"{r.Prefix} {r.Kind}"));

    [Fact]
    public void Every_next_hop_is_the_nodes_own_address() =>
        Assert.All(Model("node-a2").Routes, r => Assert.Equal("10.10.1.12", r.NextHop.ToString()));

    [Fact]
    public void An_elastic_ip_is_announced_alone_and_not_its_pool()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.OwnPrefixes.Add(Sample.Prefix("203.0.113.0/24"));
        Vip elastic = Sample.Vip(777, "203.0.113.9", 0);
        elastic.AnnounceAlone = true;
        snapshot.Vips.Add(elastic);

        NodeModel model = NodeModel.From(snapshot, "node-a1", Sample.Routers);

        Assert.Equal(
            ["203.0.113.9/32 LoneVip"],
            model.Routes.Select(r => $"{r.Prefix} {r.Kind}")
                .Where(r => r.StartsWith("203.", StringComparison.Ordinal)));
        Assert.Contains(System.Net.IPNetwork.Parse("203.0.113.0/24"), model.OwnPrefixes);
    }

    [Fact]
    public void A_lone_vip_is_announced_only_by_the_nodes_of_its_shard()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.Vips.Single(v => v.AnnounceAlone).Shard = 1;
        Assert.DoesNotContain(NodeModel.From(snapshot, "node-a1", Sample.Routers).Routes, r =>
            r.Kind == RouteKind.LoneVip);
        Assert.Contains(NodeModel.From(snapshot, "node-a2", Sample.Routers).Routes, r => r.Kind == RouteKind.LoneVip);
    }

    [Fact]
    public void Groups_are_checked_where_they_are_served_and_unused_where_no_listener_is()
    {
        NodeModel model = Model("node-a1");
        Assert.Equal([1U], model.CheckedGroups.Select(g => g.Id));
        Assert.Equal([3U], model.UnusedGroups.Select(g => g.Id));
        Assert.Equal([1U, 2U], Model("node-a3").CheckedGroups.Select(g => g.Id));
    }

    [Fact]
    public void A_group_whose_verdicts_did_not_change_stays_the_same_object()
    {
        NodeModel model = Model("node-a2");
        DataplaneModel first = model.ToDataplane(NoVerdicts, Leased);
        DataplaneModel second = model.ToDataplane(
            new Dictionary<ProbeKey, ProbeVerdict> { [new ProbeKey(2, 21)] = new(ProbeState.Healthy, "", "") },
            Leased, first);
        Assert.Same(first.TargetGroups[0], second.TargetGroups[0]);
        Assert.NotSame(first.TargetGroups[1], second.TargetGroups[1]);
        Assert.True(second.TargetGroups[1].Targets[0].Healthy);
    }

    [Fact]
    public void Limits_of_new_flows_are_shared_by_the_nodes_that_announce_the_VIP()
    {
        Snapshot snapshot = Sample.Snapshot();
        foreach (Vip vip in snapshot.Vips.Where(v => v.Id is 1 or 900))
            vip.NewFlows = new NewFlowLimits { Tenant = 9, PerTenant = 30, PerVip = 20, PerSource = 10 };
        DataplaneModel model =
            NodeModel.From(snapshot, "node-a1", Sample.Routers).ToDataplane(NoVerdicts, Leased);
        AdmissionModel first = model.Vips.Single(v => v.Id == 1).Admission!;
        Assert.Equal(new AdmissionModel(20, 9, 30, 10, first.Nodes), first);
        Assert.Equal([1, 2, 3], first.Nodes.Select(node => (int)node));
        Assert.Equal([2, 3], model.Vips.Single(v => v.Id == 900).Admission!.Nodes.Select(node => (int)node));
        Assert.Null(model.Vips.Single(v => v.Id == 2).Admission);
    }

    [Fact]
    public void Who_is_far_and_whether_near_ones_come_first_is_as_the_controller_says()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.TargetGroups[0].Targets[1].Far = true;
        Listener listener = snapshot.Vips.Single(v => v.Id == 1).Listeners[0];
        listener.Groups.Add(new GroupShare { TargetGroup = listener.TargetGroup, Weight = 1, NearFirst = true });
        DataplaneModel model = NodeModel.From(snapshot, "node-a1", Sample.Routers).ToDataplane(NoVerdicts, Leased);
        Assert.Equal([false, true, false], model.TargetGroups[0].Targets.Select(target => target.Far));
        Assert.Equal(
            [new TargetGroupShare(1, 1, NearFirst: true)], model.Vips.Single(v => v.Id == 1).Listeners[0].Groups);
        // Of a controller that knows no zones of targets.
        Assert.False(Assert.Single(model.Vips.Single(v => v.Id == 2).Listeners[0].Groups).NearFirst);
    }

    [Fact]
    public void Where_tunnels_begin_is_announced_so_that_errors_come_back()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.TunnelSourcePrefixes.Add(Sample.Prefix("198.18.99.0/24"));
        NodeModel model = NodeModel.From(snapshot, "node-a1", Sample.Routers);
        Assert.Contains(model.Routes, r => r is { Kind: RouteKind.TunnelSources, Prefix.PrefixLength: 24 });
        Assert.Equal(
            [System.Net.IPNetwork.Parse("198.18.99.0/24")],
            model.ToDataplane(NoVerdicts, Leased).TunnelSourcePrefixes);
    }

    [Fact]
    public void The_lists_of_a_listener_are_its_own_in_the_dataplane()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.Vips[0].Listeners[0].Allowed.AddRange([Sample.Prefix("192.0.2.0/24"), Sample.Prefix("::/0")]);
        snapshot.Vips[0].Listeners[0].Denied.Add(Sample.Prefix("0.0.0.0/0"));
        Assert.Null(SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context()).Refusal);
        DataplaneModel model = NodeModel.From(snapshot, "node-a1", Sample.Routers).ToDataplane(NoVerdicts, Leased);
        SourceLists lists = model.Vips[0].Listeners[0].Sources!;
        Assert.Equal(["192.0.2.0/24", "::/0"], lists.Allowed.Select(prefix => prefix.ToString()));
        Assert.Equal("0.0.0.0/0", Assert.Single(lists.Denied).ToString());
        Assert.Null(model.Vips[1].Listeners[0].Sources);
    }

    [Fact]
    public void A_shard_is_lonely_when_all_its_other_nodes_drain()
    {
        Snapshot snapshot = Sample.Snapshot();
        Assert.Empty(NodeModel.From(snapshot, "node-a2", Sample.Routers).LonelyShards);
        snapshot.Nodes[2].Draining = true;
        Assert.Equal([1U], NodeModel.From(snapshot, "node-a2", Sample.Routers).LonelyShards);
    }

    [Fact]
    public void Thresholds_of_healthy_targets_reach_the_dataplane_and_are_one_when_nothing_is_said()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.TargetGroups[0].MinHealthyCount = 3;
        snapshot.TargetGroups[0].MinHealthyPercent = 40;
        NodeModel model = NodeModel.From(snapshot, Sample.Node, Sample.Routers);
        Assert.Equal(
            [(3, 40), (1, 0)],
            model.ToDataplane(NoVerdicts, Leased).TargetGroups
                .Select(group => (group.MinHealthyCount, group.MinHealthyPercent)));
    }

    private static NodeModel Model(string node) => NodeModel.From(Sample.Snapshot(), node, Sample.Routers);

    private static string Text(DataplaneModel model)
    {
        var text = new StringBuilder();
        text.AppendLine($"version {model.Version}");
        text.AppendLine($"own {string.Join(' ', model.OwnPrefixes)}");
        text.AppendLine($"snat {string.Join(' ', model.SnatAddresses)} of {string.Join(' ', model.SnatPools)}");
        text.AppendLine($"gateways {string.Join(' ', model.Gateways)}");
        foreach (VipModel vip in model.Vips)
        {
            text.AppendLine($"vip {vip.Id} {vip.Address}");
            foreach (ListenerModel l in vip.Listeners)
                text.AppendLine(
                    $"  listener {l.Id} {l.Protocol} {l.Port} group {Assert.Single(l.Groups).GroupId} "
                    + $"idle {l.IdleTimeoutMs}");
        }

        foreach (TargetGroupModel group in model.TargetGroups)
        {
            text.AppendLine($"group {group.Id}");
            foreach (TargetModel t in group.Targets)
            {
                string state = (t.Healthy ? " healthy" : "") + (t.Draining ? " draining" : "");
                text.AppendLine($"  target {t.Id} {t.Address}:{t.Port} weight {t.Weight}{state}");
            }
        }

        return text.ToString();
    }
}
