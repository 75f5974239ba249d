using System.ComponentModel;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.Tenants;

namespace Hyperplane.Api.Tenants;

/// <summary>The body that limits a tenant's new flows; what is left out gets its default.</summary>
internal sealed record PutTenantLimits : IRequestBody
{
    [Between(0, TenantLimits.Largest), Example(400_000),
     Description("New flows in a second at all of its addresses of a shard; 400,000 by default, 0 for no limit.")]
    public int? NewFlowsPerSecond { get; init; }

    [Between(0, TenantLimits.Largest), Example(200_000),
     Description("At one address of a load balancer; 200,000 by default, 0 for no limit.")]
    public int? NewFlowsPerSecondPerAddress { get; init; }

    [Between(0, TenantLimits.Largest), Example(10_000),
     Description("Of one client (an IPv4 address, an IPv6 network of 64 bits); 10,000 by default, 0 for no limit.")]
    public int? NewFlowsPerSecondPerSource { get; init; }

    /// <summary>The same in the controller's words, defaults filled in.</summary>
    public TenantLimits ToLimits()
    {
        var usual = new TenantLimits();
        return new TenantLimits
        {
            NewFlowsPerSecond = NewFlowsPerSecond ?? usual.NewFlowsPerSecond,
            NewFlowsPerSecondPerAddress = NewFlowsPerSecondPerAddress ?? usual.NewFlowsPerSecondPerAddress,
            NewFlowsPerSecondPerSource = NewFlowsPerSecondPerSource ?? usual.NewFlowsPerSecondPerSource,
        };
    }
}
