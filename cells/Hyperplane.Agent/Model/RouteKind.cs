namespace Hyperplane.Agent.Model;

/// <summary>What a prefix is for.</summary>
public enum RouteKind
{
    /// <summary>A shard's block of VIPs.</summary>
    Block,

    /// <summary>A VIP announced alone.</summary>
    LoneVip,

    /// <summary>The prefix over all SNAT addresses of the cell.</summary>
    SnatCovering,

    /// <summary>A prefix that tunnels of the cell begin in: errors on their way come back.</summary>
    TunnelSources,

    /// <summary>A SNAT address of this node.</summary>
    Snat,

    /// <summary>The source of this node's health checks.</summary>
    Probe,
}
