using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>A node as <c>hpdp</c> is told of it: what it serves and its side of the wire.</summary>
/// <remarks>Members stand in the file under the same names in camelCase; <c>infra/docs/hpdp.schema.json</c> has each of
/// them (a test compares the two).</remarks>
internal sealed record HpdpConfig
{
    /// <summary>The node's number in its cell, 1 to 65,535.</summary>
    public ushort NodeId { get; init; } = 1;

    /// <summary>The node's own MAC address, six bytes.</summary>
    public required ImmutableArray<byte> Mac { get; init; }

    /// <summary>Take frames to any MAC address: for captures made elsewhere than on the node.</summary>
    public bool AnyMac { get; init; }

    /// <summary>The subnets of the node's interface: hosts on them are reached without a gateway.</summary>
    public ImmutableArray<IPNetwork> Subnets { get; init; } = [];

    /// <summary>Routers for all other hosts, 1 to 8.</summary>
    public required ImmutableArray<IPAddress> Gateways { get; init; }

    /// <summary>MAC addresses of gateways and of hosts on the subnets.</summary>
    public ImmutableArray<NeighbourConfig> Neighbours { get; init; } = [];

    /// <summary>Destinations that are ours; everything else is passed to the kernel.</summary>
    public required ImmutableArray<IPNetwork> OwnPrefixes { get; init; }

    /// <summary>The node's source addresses towards targets, 1 to 16.</summary>
    public required ImmutableArray<IPAddress> SnatAddresses { get; init; }

    /// <summary>The source ports towards targets.</summary>
    public SnatPortsConfig SnatPorts { get; init; } = new();

    /// <summary>The node's own end of tunnels, at most one address a family.</summary>
    public ImmutableArray<IPAddress> TunnelSources { get; init; } = [];

    /// <summary>In them the source of tunnels without a port varies; at most one a family.</summary>
    public ImmutableArray<IPNetwork> TunnelSourcePrefixes { get; init; } = [];

    /// <summary>The longest packet that leaves, 1,280 to 3,386 bytes.</summary>
    public int MtuBytes { get; init; } = 1_500;

    /// <summary>What is listened on.</summary>
    public required ImmutableArray<VipConfig> Vips { get; init; }

    /// <summary>Where flows go.</summary>
    public required ImmutableArray<TargetGroupConfig> TargetGroups { get; init; }

    /// <summary>The largest Maglev table: a prime from 251 to 655,373.</summary>
    public int MaglevTableSize { get; init; } = 65_537;

    /// <summary>Established flows the node can hold, 1,024 to 16,777,216.</summary>
    public int FlowCapacity { get; init; } = 65_536;

    /// <summary>Half-open flows the node can hold, 256 to 1,048,576.</summary>
    public int HalfOpenCapacity { get; init; } = 16_384;

    /// <summary>How sources of SYNs beyond a limit are asked whether they are there.</summary>
    public ChallengesConfig Challenges { get; init; } = new();
}
