using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Dataplane.Model;

/// <summary>All a node's dataplane has to know, resolved and immutable; a new one replaces the old one whole.</summary>
/// <remarks>Addresses are of either family; VIP and target of a flow need not be of the same one. Counts are bounded
/// by <see cref="DataplaneLimits"/>.</remarks>
public sealed record DataplaneModel
{
    /// <summary>The snapshot's version this was made from.</summary>
    public required ulong Version { get; init; }

    /// <summary>Destinations that are ours (VIP pools, SNAT pool); everything else is passed to the kernel.</summary>
    public required ImmutableArray<IPNetwork> OwnPrefixes { get; init; }

    /// <summary>This node's source addresses towards targets, 1 to 16.</summary>
    public required ImmutableArray<IPAddress> SnatAddresses { get; init; }

    /// <summary>The source addresses of all nodes of the cell; empty: every own address that is no VIP may be
    /// one.</summary>
    public ImmutableArray<IPNetwork> SnatPools { get; init; } = [];

    /// <summary>The source addresses of tunnels to targets, at most one a family: this node's on the fabric.</summary>
    public ImmutableArray<IPAddress> TunnelSources { get; init; } = [];

    /// <summary>The prefixes that the cell owns for sources of tunnels without a port (IP in IP, GRE), at most one a
    /// family: the host bits vary with the flow, so that routers spread flows. Empty: the source does not
    /// vary.</summary>
    public ImmutableArray<IPNetwork> TunnelSourcePrefixes { get; init; } = [];

    /// <summary>The next hops for destinations that are not on the interface's own subnet: the BGP peers, 1 to
    /// 8.</summary>
    public required ImmutableArray<IPAddress> Gateways { get; init; }

    /// <summary>The VIPs this node serves.</summary>
    public required ImmutableArray<VipModel> Vips { get; init; }

    /// <summary>The target groups that listeners name.</summary>
    public required ImmutableArray<TargetGroupModel> TargetGroups { get; init; }
}
