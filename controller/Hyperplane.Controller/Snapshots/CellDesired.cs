using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Everything that is wanted of a cell at one moment: the input of the compiler. Order does not matter.
/// </summary>
internal sealed record CellDesired(
    string Zone,
    string Cell,
    CellPools Pools,
    IReadOnlyList<DesiredNode> Nodes,
    IReadOnlyList<DesiredVip> Vips,
    IReadOnlyList<DesiredListener> Listeners,
    IReadOnlyList<DesiredGroup> Groups,
    IReadOnlyList<DesiredTombstone> Tombstones)
{
    /// <summary>Where its tunnels without a port begin; at most one a family.</summary>
    public IReadOnlyList<IpPrefix> TunnelSources { get; init; } = [];

    /// <summary>The zone's pools of elastic IPs and internal VIPs.</summary>
    public IReadOnlyList<IpPrefix> AddressPools { get; init; } = [];

    /// <summary>How many nodes serve a shard.</summary>
    public int ShardSize { get; init; } = ShardNodes.DefaultSize;
}
