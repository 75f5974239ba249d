using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Quotas;

namespace Hyperplane.Api.Quotas;

/// <summary>How many of something a tenant may have.</summary>
internal sealed record QuotaView(
    [property: Required, Example("load_balancers"), Description("Of what.")] string Name,
    [property: Required, Example(50), Description("As many.")] int Value,
    [property: Required, Example(50), Description("Unless the operator says otherwise.")] int Default,
    [property: Required, Example(3),
     Description("How many there are; of what is limited for each owner, of the one that has most.")]
    int Used)
{
    /// <summary>The controller's quota for the wire.</summary>
    public static QuotaView From(Quota quota) =>
        new(QuotaNames.Of(quota.Name), quota.Value, quota.Default, quota.Used);
}
