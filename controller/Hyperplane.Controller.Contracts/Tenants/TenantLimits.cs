namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>How many flows may begin in a second at a tenant's addresses in one cell; 0 for no limit.</summary>
/// <remarks>What is beyond is dropped at the nodes and counted. Flows whose handshake has not ended are limited apart,
/// by each node's flow table.</remarks>
public sealed record TenantLimits
{
    /// <summary>The largest limit.</summary>
    public const int Largest = 100_000_000;

    /// <summary>At all of the tenant's addresses of a shard.</summary>
    public int NewFlowsPerSecond { get; init; } = 400_000;

    /// <summary>At one address of a load balancer.</summary>
    public int NewFlowsPerSecondPerAddress { get; init; } = 200_000;

    /// <summary>Of one client at the tenant's addresses: an IPv4 address or an IPv6 network of 64 bits.</summary>
    public int NewFlowsPerSecondPerSource { get; init; } = 10_000;
}
