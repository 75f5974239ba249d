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
}
