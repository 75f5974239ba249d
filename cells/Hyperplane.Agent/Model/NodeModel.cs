using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
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
    private static readonly FrozenSet<ProbeKey> NoneEnded = FrozenSet<ProbeKey>.Empty;
    private readonly Snapshot _snapshot;
    private readonly ImmutableArray<IPAddress> _gateways;
    private readonly ImmutableArray<VipModel> _vips;
    private readonly ImmutableArray<TargetGroup> _usedGroups;

    private NodeModel(Snapshot snapshot, Node self, ImmutableArray<IPAddress> gateways)
    {
        _snapshot = snapshot;
        _gateways = gateways;
        Identity = new NodeIdentity((ushort)self.Id, WireAddress.ToAddress(self.Address));
        Ipv6Address = self.Ipv6Address.IsEmpty ? null : WireAddress.ToAddress(self.Ipv6Address);
        ProbeAddresses = self.Ipv6ProbeAddress.IsEmpty
            ? [WireAddress.ToAddress(self.ProbeAddress)]
            : [WireAddress.ToAddress(self.ProbeAddress), WireAddress.ToAddress(self.Ipv6ProbeAddress)];
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
        Dictionary<uint, ImmutableArray<ushort>> announcers = snapshot.Shards.ToDictionary(
            s => s.Index, s => s.NodeIds.Select(id => (ushort)id).ToImmutableArray());
        _vips = [.. snapshot.Vips.Select(v => ToVip(v, announcers.GetValueOrDefault(v.Shard, [])))];
        FrozenSet<uint> groups = served.SelectMany(v => v.Listeners).SelectMany(l => l.GroupIds()).ToFrozenSet();
        CheckedGroups = [.. snapshot.TargetGroups.Where(g => groups.Contains(g.Id))];
        FrozenSet<uint> used = snapshot.Vips.SelectMany(v => v.Listeners).SelectMany(l => l.GroupIds()).ToFrozenSet();
        UnservedGroups = [.. snapshot.TargetGroups.Where(g => used.Contains(g.Id) && HasUnreached(g))
            .Select(g => g.Name)];
        _usedGroups = [.. snapshot.TargetGroups.Where(g => used.Contains(g.Id)).Select(WithoutUnreached)];
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

    /// <summary>Its IPv6 address on the fabric; null: no IPv6 prefix is announced.</summary>
    public IPAddress? Ipv6Address { get; }

    /// <summary>Where health checks leave from, one a family; kernel-owned.</summary>
    public ImmutableArray<IPAddress> ProbeAddresses { get; }

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

    /// <summary>Target groups in mode dsr with targets of a family that this node has no address of, to begin a tunnel
    /// at: it sends these targets nothing.</summary>
    public ImmutableArray<string> UnservedGroups { get; }

    /// <summary>Shards that no other node would serve if this one left.</summary>
    public ImmutableArray<uint> LonelyShards { get; }

    private IEnumerable<IPNetwork> SnatPrefixes => _snapshot.Ipv6SnatPrefix is null
        ? [WireAddress.ToNetwork(_snapshot.SnatPrefix)]
        : [WireAddress.ToNetwork(_snapshot.SnatPrefix), WireAddress.ToNetwork(_snapshot.Ipv6SnatPrefix)];

    private IEnumerable<IPNetwork> TunnelSourcePrefixes =>
        _snapshot.TunnelSourcePrefixes.Select(WireAddress.ToNetwork);

    /// <summary>Translates a snapshot that the validator accepted.</summary>
    public static NodeModel From(Snapshot snapshot, string node, ImmutableArray<IPAddress> gateways) => new(
        snapshot, snapshot.Nodes.Single(n => string.Equals(n.Name, node, StringComparison.Ordinal)), gateways);

    /// <summary>What the dataplane has to know, given what is known of the targets; unknown means not healthy
    /// yet.</summary>
    /// <param name="verdicts">By group and target.</param>
    /// <param name="snatAddresses">The source addresses that new flows get.</param>
    /// <param name="last">The model before; groups that did not change are the same objects.</param>
    /// <param name="ended">Targets that failed and shall keep no flow.</param>
    public DataplaneModel ToDataplane(
        IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts,
        ImmutableArray<IPAddress> snatAddresses,
        DataplaneModel? last = null,
        IReadOnlySet<ProbeKey>? ended = null)
    {
        Dictionary<uint, TargetGroupModel>? before =
            last?.Version == Version ? last.TargetGroups.ToDictionary(g => g.Id) : null;
        return new DataplaneModel
        {
            Version = Version,
            OwnPrefixes = OwnPrefixes,
            SnatAddresses = snatAddresses,
            SnatPools = [.. SnatPrefixes],
            TunnelSources = Ipv6Address is null ? [Identity.Address] : [Identity.Address, Ipv6Address],
            TunnelSourcePrefixes = [.. TunnelSourcePrefixes],
            Gateways = _gateways,
            Vips = _vips,
            TargetGroups =
            [
                .. _usedGroups.Select(
                    g => ToGroup(g, verdicts, ended ?? NoneEnded, before?.GetValueOrDefault(g.Id))),
            ],
        };
    }

    private static VipModel ToVip(Vip vip, ImmutableArray<ushort> announcers) => new(
        vip.Id,
        WireAddress.ToAddress(vip.Address),
        [.. vip.Listeners.Select(listener => ToListener(listener, vip.FlowLog is not null))],
        vip.NewFlows is { } limits
            ? new AdmissionModel(limits.PerVip, limits.Tenant, limits.PerTenant, limits.PerSource, announcers)
            : null);

    private static ListenerModel ToListener(Listener listener, bool logs) => new(
        listener.Id,
        (IpProtocol)listener.Protocol,
        (ushort)listener.Port,
        [
            .. listener.Shares().Select(
                share => new TargetGroupShare(share.TargetGroup, (int)share.Weight, share.NearFirst)),
        ],
        (int)listener.IdleTimeoutMs)
    {
        Logs = logs,
        Sources = listener.Allowed.Count + listener.Denied.Count == 0
            ? null
            : new SourceLists(
                [.. listener.Allowed.Select(WireAddress.ToNetwork)],
                [.. listener.Denied.Select(WireAddress.ToNetwork)]),
    };

    private static TargetGroupModel ToGroup(
        TargetGroup group,
        IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts,
        IReadOnlySet<ProbeKey> ended,
        TargetGroupModel? before)
    {
        bool Healthy(uint id) => verdicts.GetValueOrDefault(new ProbeKey(group.Id, id))?.State == ProbeState.Healthy;
        int[] weights = TargetWeights.Of(group, verdicts);
        bool Ends(Target target) => target.Ends || ended.Contains(new ProbeKey(group.Id, target.Id));
        if (before is not null && before.Targets.Select(t => t.Weight).SequenceEqual(weights)
            && before.Targets.Zip(group.Targets).All(pair =>
                pair.First.Healthy == Healthy(pair.First.Id) && pair.First.Ends == Ends(pair.Second)))
            return before;
        return new TargetGroupModel(
            group.Id,
            [
                .. group.Targets.Select((t, i) => new TargetModel(
                    t.Id, WireAddress.ToAddress(t.Address), (ushort)t.Port, weights[i], Healthy(t.Id), t.Draining,
                    Ends(t), t.Far)),
            ],
            (TargetSelection)group.Selection,
            group.Tunnel is { } tunnel
                ? new TunnelModel((TunnelKind)tunnel.Kind, (ushort)tunnel.Port, tunnel.NetworkId)
                : null,
            group.ProxyProtocol)
        {
            MinHealthyCount = (int)Math.Max(1, group.MinHealthyCount),
            MinHealthyPercent = (int)group.MinHealthyPercent,
        };
    }

    /// <summary>Whether healthy targets are enough to take all new flows of a group.</summary>
    internal static bool HasEnough(TargetGroup group, int healthy, int open) => TargetGroupModel.HasEnough(
        (int)group.MinHealthyCount, (int)group.MinHealthyPercent, healthy, open);

    private bool HasUnreached(TargetGroup group) =>
        Ipv6Address is null && group.Tunnel is not null && group.Targets.Any(target => !IsIpv4(target));

    private TargetGroup WithoutUnreached(TargetGroup group)
    {
        if (!HasUnreached(group))
            return group;
        TargetGroup rest = group.Clone();
        rest.Targets.Clear();
        rest.Targets.AddRange(group.Targets.Where(IsIpv4));
        return rest;
    }

    private static bool IsIpv4(Target target) => target.Address.Length == WireAddress.Ipv4Bytes;

    private ImmutableArray<NodeRoute> MakeRoutes(FrozenSet<uint> shards, List<Vip> served)
    {
        IEnumerable<Shard> own = _snapshot.Shards.Where(s => shards.Contains(s.Index));
        HashSet<IPNetwork> withdrawn =
        [
            .. served.Where(v => v is { AnnounceAlone: true, Withdrawn: true })
                .Select(v => Alone(WireAddress.ToAddress(v.Address))),
        ];
        IEnumerable<(IPNetwork Prefix, RouteKind Kind)> routes =
        [
            .. ProbeAddresses.Select(a => (Alone(a), RouteKind.Probe)),
            .. SnatAddresses.Select(a => (Alone(a), RouteKind.Snat)),
            .. SnatPrefixes.Select(p => (p, RouteKind.SnatCovering)),
            .. TunnelSourcePrefixes.Select(p => (p, RouteKind.TunnelSources)),
            .. own.SelectMany(s => s.Ipv6Block is null ? [s.Block] : (Prefix[])[s.Block, s.Ipv6Block])
                .Select(p => (WireAddress.ToNetwork(p), RouteKind.Block)),
            .. served.Where(v => v.AnnounceAlone)
                .Select(v => (Alone(WireAddress.ToAddress(v.Address)), RouteKind.LoneVip)),
        ];
        return
        [
            .. routes.DistinctBy(r => r.Prefix)
                .Select(r => (r.Prefix, NextHop: NextHopOf(r.Prefix), r.Kind)).Where(r => r.NextHop is not null)
                .Select(r => new NodeRoute(r.Prefix, r.NextHop!, r.Kind)
                {
                    IsWithdrawn = withdrawn.Contains(r.Prefix),
                }),
        ];
    }

    private IPAddress? NextHopOf(IPNetwork prefix) =>
        prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? Identity.Address : Ipv6Address;

    private ImmutableArray<uint> FindLonelyShards(FrozenSet<uint> shards, uint self)
    {
        FrozenSet<uint> staying = _snapshot.Nodes.Where(n => !n.Draining && n.Id != self).Select(n => n.Id)
            .ToFrozenSet();
        return [.. _snapshot.Shards.Where(s => shards.Contains(s.Index) && !s.NodeIds.Any(staying.Contains))
            .Select(s => s.Index)];
    }

    private static IPNetwork Alone(IPAddress address) =>
        new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
