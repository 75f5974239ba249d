using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tenants;

/// <summary>How many flows may begin in a second at a tenant's addresses in one cell; 0 for no limit.</summary>
internal sealed record TenantLimitsView(
    [property: Required, Example(400_000), Description("At all of its addresses of a shard.")]
    int NewFlowsPerSecond,
    [property: Required, Example(200_000), Description("At one address of a load balancer.")]
    int NewFlowsPerSecondPerAddress,
    [property: Required, Example(10_000),
     Description("Of one client at its addresses: an IPv4 address or an IPv6 network of 64 bits.")]
    int NewFlowsPerSecondPerSource)
{
    /// <summary>The controller's limits for the wire.</summary>
    public static TenantLimitsView From(TenantLimits limits) => new(
        limits.NewFlowsPerSecond, limits.NewFlowsPerSecondPerAddress, limits.NewFlowsPerSecondPerSource);
}
