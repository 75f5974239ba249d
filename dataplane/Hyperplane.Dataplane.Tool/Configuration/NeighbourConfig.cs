using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>A host on the node's subnet, or a gateway.</summary>
internal sealed record NeighbourConfig
{
    /// <summary>Its address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Its MAC address, six bytes.</summary>
    public required ImmutableArray<byte> Mac { get; init; }
}
