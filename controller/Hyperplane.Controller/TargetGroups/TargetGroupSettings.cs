namespace Hyperplane.Controller.TargetGroups;

/// <summary>What a target group's attributes come to.</summary>
internal sealed record TargetGroupSettings
{
    /// <summary>five_tuple, source_ip, two_choices or least_flows.</summary>
    public string Algorithm { get; init; } = TargetGroupAttributes.FiveTuple;

    /// <summary>Whether targets of all zones are alike; null: as the load balancer says.</summary>
    public bool? CrossZone { get; init; }

    /// <summary>Whether flows end with the deregistration delay.</summary>
    public bool EndsDeregistered { get; init; }

    /// <summary>How long flows of a target that failed go on; 0: they end at once; null: they are not ended.</summary>
    public int? UnhealthySeconds { get; init; }

    /// <summary>gue, ipip, gre or vxlan; null in mode nat.</summary>
    public string? Encapsulation { get; init; }

    /// <summary>UDP port of the target's end of the tunnel; 0: the usual one.</summary>
    public int TunnelPort { get; init; }

    /// <summary>VXLAN network, or GRE key.</summary>
    public uint NetworkId { get; init; }

    /// <summary>Whether a connection begins with a header that names the client.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>With fewer healthy targets new flows go to all, at least 1.</summary>
    public int MinHealthyCount { get; init; } = 1;

    /// <summary>Likewise, of a hundred targets; 0: off.</summary>
    public int MinHealthyPercent { get; init; }

    /// <summary>Whether targets tell their weights in the answers to health checks.</summary>
    public bool EndpointWeight { get; init; }

    /// <summary>Whether clients' connections that fail take a target out: where the load balancer sees the answer and
    /// clients are not bound to their target.</summary>
    public bool HasPassiveChecks { get; init; }

    /// <summary>Mode dsr: targets answer clients themselves.</summary>
    public bool IsDsr => Encapsulation is not null;
}
