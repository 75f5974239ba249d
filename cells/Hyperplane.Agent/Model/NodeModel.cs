using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Agent.Model;

/// <summary>A validated snapshot from one node's point of view: what it serves, checks and announces.</summary>
/// <remarks>Pure translation; only <see cref="ToDataplane"/> depends on the health verdicts.</remarks>
public sealed class NodeModel
{
    private readonly Snapshot _snapshot;
    private readonly ImmutableArray<IPAddress> _gateways;
    private readonly ImmutableArray<VipModel> _vips;
    private readonly ImmutableArray<TargetGroup> _usedGroups;

    private NodeModel(Snapshot snapshot, Node self, ImmutableArray<IPAddress> gateways)
    {
        _snapshot = snapshot;
        _gateways = gateways;
        Identity = new NodeIdentity((ushort)self.Id, WireAddress.ToAddress(self.Address));
        ProbeAddress = WireAddress.ToAddress(self.ProbeAddress);
        Draining = self.Draining;
        SnatAddresses = [.. self.SnatAddresses.Select(WireAddress.ToAddress)];
        Members =
        [
            .. snapshot.Nodes.Select(n => new FlowMember(
                (ushort)n.Id, WireAddress.ToAddress(n.Address), [.. n.SnatAddresses.Select(WireAddress.ToAddress)])),
        ];
        OwnPrefixes = [.. snapshot.OwnPrefixes.Select(WireAddress.ToNetwork)];
        FrozenSet<uint> shards = snapshot.Shards.Where(s => s.NodeIds.Contains(self.Id)).Select(s => s.Index)
            .ToFrozenSet();
        List<Vip> served = [.. snapshot.Vips.Where(v => shards.Contains(v.Shard))];
        // Return packets may come to any node of the cell, which then carries the flow on: it must know every listener.
        _vips = [.. snapshot.Vips.Select(ToVip)];
        FrozenSet<uint> groups = served.SelectMany(v => v.Listeners).Select(l => l.TargetGroup).ToFrozenSet();
        CheckedGroups = [.. snapshot.TargetGroups.Where(g => groups.Contains(g.Id))];
        FrozenSet<uint> used = snapshot.Vips.SelectMany(v => v.Listeners).Select(l => l.TargetGroup).ToFrozenSet();
        _usedGroups = [.. snapshot.TargetGroups.Where(g => used.Contains(g.Id))];
        UnusedGroups = [.. snapshot.TargetGroups.Where(g => !used.Contains(g.Id))];
        Routes = MakeRoutes(shards, served);
        LonelyShards = FindLonelyShards(shards, self.Id);
    }

    /// <summary>The snapshot's version.</summary>
    public ulong Version => _snapshot.Version;

    /// <summary>The snapshot itself.</summary>
    public Snapshot Snapshot => _snapshot;

    /// <summary>What the parts are started with.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>Where health checks leave from; kernel-owned.</summary>
    public IPAddress ProbeAddress { get; }

    /// <summary>The source addresses that this node holds the leases of.</summary>
    public ImmutableArray<IPAddress> SnatAddresses { get; }

    /// <summary>The nodes of the cell, this one among them.</summary>
    public ImmutableArray<FlowMember> Members { get; }

    /// <summary>Whether the controller asks the node to leave.</summary>
    public bool Draining { get; }

    /// <summary>The dataplane's destinations.</summary>
    public ImmutableArray<IPNetwork> OwnPrefixes { get; }

    /// <summary>Every prefix of this node when it is ready.</summary>
    public ImmutableArray<NodeRoute> Routes { get; }

    /// <summary>Target groups that this node checks: those that listeners of its shards name.</summary>
    public ImmutableArray<TargetGroup> CheckedGroups { get; }

    /// <summary>Target groups that no listener of the cell names.</summary>
    public ImmutableArray<TargetGroup> UnusedGroups { get; }

    /// <summary>Shards that no other node would serve if this one left.</summary>
    public ImmutableArray<uint> LonelyShards { get; }

    /// <summary>Translates a snapshot that the validator accepted.</summary>
    public static NodeModel From(Snapshot snapshot, string node, ImmutableArray<IPAddress> gateways) => new(
        snapshot, snapshot.Nodes.Single(n => string.Equals(n.Name, node, StringComparison.Ordinal)), gateways);

    /// <summary>What the dataplane has to know, given what is known of the targets; unknown means not healthy
    /// yet.</summary>
    /// <param name="verdicts">By group and target.</param>
    /// <param name="snatAddress">The source address that new flows get.</param>
    /// <param name="last">The model before; groups that did not change are the same objects.</param>
    public DataplaneModel ToDataplane(
        IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts, IPAddress snatAddress, DataplaneModel? last = null)
    {
        Dictionary<uint, TargetGroupModel>? before =
            last?.Version == Version ? last.TargetGroups.ToDictionary(g => g.Id) : null;
        return new DataplaneModel
        {
            Version = Version,
            OwnPrefixes = OwnPrefixes,
            SnatAddresses = [snatAddress],
            SnatPool = WireAddress.ToNetwork(_snapshot.SnatPrefix),
            Gateways = _gateways,
            Vips = _vips,
            TargetGroups = [.. _usedGroups.Select(g => ToGroup(g, verdicts, before?.GetValueOrDefault(g.Id)))],
        };
    }

    private static VipModel ToVip(Vip vip) => new(
        vip.Id,
        WireAddress.ToAddress(vip.Address),
        [.. vip.Listeners.Select(l => new ListenerModel(
            l.Id, (IpProtocol)l.Protocol, (ushort)l.Port, l.TargetGroup, (int)l.IdleTimeoutMs))]);

    private static TargetGroupModel ToGroup(
        TargetGroup group, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts, TargetGroupModel? before)
    {
        bool Healthy(uint id) => verdicts.GetValueOrDefault(new ProbeKey(group.Id, id))?.State == ProbeState.Healthy;
        if (before is not null && before.Targets.All(t => t.Healthy == Healthy(t.Id)))
            return before;
        return new TargetGroupModel(group.Id, [.. group.Targets.Select(t => new TargetModel(
            t.Id, WireAddress.ToAddress(t.Address), (ushort)t.Port, (int)t.Weight, Healthy(t.Id), t.Draining))]);
    }

    private ImmutableArray<NodeRoute> MakeRoutes(FrozenSet<uint> shards, List<Vip> served)
    {
        IPAddress nextHop = Identity.Address;
        var routes = new List<NodeRoute> { new(Alone(ProbeAddress), nextHop, RouteKind.Probe) };
        routes.AddRange(SnatAddresses.Select(a => new NodeRoute(Alone(a), nextHop, RouteKind.Snat)));
        routes.Add(new NodeRoute(WireAddress.ToNetwork(_snapshot.SnatPrefix), nextHop, RouteKind.SnatCovering));
        routes.AddRange(_snapshot.Shards.Where(s => shards.Contains(s.Index))
            .Select(s => new NodeRoute(WireAddress.ToNetwork(s.Block), nextHop, RouteKind.Block)));
        routes.AddRange(served.Where(v => v.AnnounceAlone)
            .Select(v => new NodeRoute(Alone(WireAddress.ToAddress(v.Address)), nextHop, RouteKind.LoneVip)));
        return [.. routes.DistinctBy(r => r.Prefix)];
    }

    private ImmutableArray<uint> FindLonelyShards(FrozenSet<uint> shards, uint self)
    {
        FrozenSet<uint> staying = _snapshot.Nodes.Where(n => !n.Draining && n.Id != self).Select(n => n.Id)
            .ToFrozenSet();
        return [.. _snapshot.Shards.Where(s => shards.Contains(s.Index) && !s.NodeIds.Any(staying.Contains))
            .Select(s => s.Index)];
    }

    private static IPNetwork Alone(IPAddress address) => new(address, 32);
}
