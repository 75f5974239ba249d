using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.LoadBalancers;

namespace Hyperplane.Controller.Status;

/// <summary>What was read of some cells, ready to be asked zone by zone.</summary>
internal sealed class CellFacts(
    IReadOnlyList<NodeFacts> nodes, IReadOnlyList<CompiledGenerationRow> compiled, IReadOnlyList<CellMode> modes)
{
    private readonly Dictionary<string, CellMode> _modes = modes.ToDictionary(cell => cell.Cell);

    private readonly ILookup<string, NodeFacts> _nodes = nodes.OrderBy(node => node.Name, StringComparer.Ordinal)
        .ToLookup(node => node.Cell);

    private readonly ILookup<(string, string), CompiledGenerationRow> _compiled =
        compiled.OrderBy(row => row.Generation).ToLookup(row => (row.Resource, row.Cell));

    /// <summary>Of no cell.</summary>
    public static CellFacts None { get; } = new([], [], []);

    /// <summary>What is known of a load balancer, zone by zone.</summary>
    public IReadOnlyList<ZoneFacts> Of(LoadBalancerRow row) =>
    [
        .. row.Zones.OrderBy(zone => zone.Position).Select(zone => Of(row.Id, zone, zone.Zone == row.ShiftedZone)),
    ];

    /// <summary>What is known of a target group, which has no address, in a cell of a zone.</summary>
    public ZoneFacts Of(string group, string zone, string cell)
    {
        NodeFacts[] home = [.. _nodes[cell]];
        return new ZoneFacts(
            zone, [.. _compiled[(group, cell)]], home, [.. home.Select(node => node.Id)], Prefixes: [])
        {
            TargetGroup = group,
            PinnedVersion = _modes.GetValueOrDefault(cell)?.PinnedVersion,
            IsHalted = _modes.GetValueOrDefault(cell)?.IsHalted == true,
        };
    }

    private ZoneFacts Of(string resource, LoadBalancerZoneRow zone, bool isShifted)
    {
        NodeFacts[] home = [.. _nodes[zone.Cell]];
        CellMode? mode = _modes.GetValueOrDefault(zone.Cell);
        (IPNetwork Prefix, bool IsAlone)[] prefixes = zone.Ipv6Prefix is { } ipv6
            ? [(zone.Prefix, zone.AnnounceAlone), (ipv6, zone.Ipv6AnnounceAlone)]
            : [(zone.Prefix, zone.AnnounceAlone)];
        string[] Named(bool withdrawn) =>
        [
            .. prefixes.Where(one => (isShifted && one.IsAlone) == withdrawn).Select(one => one.Prefix.ToString()),
        ];
        return new ZoneFacts(
            zone.Zone,
            [.. _compiled[(resource, zone.Cell)]],
            home,
            ShardNodes.Of(
                zone.Cell,
                zone.Shard,
                mode?.ShardSize ?? ShardNodes.DefaultSize,
                [.. home.Select(node => node.Id)],
                home.Where(node => node.Draining).Select(node => node.Id).ToHashSet()),
            Named(withdrawn: false))
        {
            IsShifted = isShifted,
            Withdrawn = Named(withdrawn: true),
            PinnedVersion = mode?.PinnedVersion,
            IsHalted = mode?.IsHalted == true,
        };
    }
}
