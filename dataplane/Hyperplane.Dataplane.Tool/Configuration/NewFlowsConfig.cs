namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>How many flows may begin in a second at a VIP, over all nodes that announce it; 0 for no limit.</summary>
internal sealed record NewFlowsConfig
{
    /// <summary>At the VIP.</summary>
    public uint PerVip { get; init; }

    /// <summary>Whose VIP it is; VIPs of one tenant share <see cref="PerTenant"/>.</summary>
    public uint Tenant { get; init; }

    /// <summary>At all VIPs of the tenant.</summary>
    public uint PerTenant { get; init; }

    /// <summary>From one IPv4 address, or one IPv6 network of 64 bits, at the tenant's VIPs.</summary>
    public uint PerSource { get; init; }

    /// <summary>The nodes that announce the VIP and lived, this one among them: each has its share.</summary>
    public int Nodes { get; init; } = 1;
}
