using System.Collections.Immutable;
using System.Net;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>A virtual address and what listens on it.</summary>
internal sealed record VipConfig
{
    /// <summary>Distinct among VIPs.</summary>
    public required uint Id { get; init; }

    /// <summary>Inside an own prefix.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>How many flows may begin there; null for any number.</summary>
    public NewFlowsConfig? NewFlows { get; init; }

    /// <summary>At most one per protocol and port.</summary>
    public required ImmutableArray<ListenerConfig> Listeners { get; init; }
}
