using System.Collections.Immutable;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>Targets that share the flows of a listener.</summary>
internal sealed record TargetGroupConfig
{
    /// <summary>Distinct among target groups.</summary>
    public required uint Id { get; init; }

    /// <summary>May be empty.</summary>
    public required ImmutableArray<TargetConfig> Targets { get; init; }

    /// <summary>How the target of a new flow is chosen.</summary>
    public TargetSelection Selection { get; init; }

    /// <summary>Mode dsr; null: mode nat.</summary>
    public TunnelConfig? Tunnel { get; init; }

    /// <summary>Whether TCP connections begin with a proxy protocol header.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>With fewer healthy targets new flows go to all, 1 to 10,000.</summary>
    public int MinHealthyCount { get; init; } = 1;

    /// <summary>The same in percent of the targets that may take flows, 0 to 100; 0 asks for none.</summary>
    public int MinHealthyPercent { get; init; }
}
