using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.AddressPools;

namespace Hyperplane.Api.AddressPools;

/// <summary>Addresses of a zone beside those of its VIP pool.</summary>
internal sealed record AddressPoolView(
    [property: Required, Example("public-a"), Description("Its name.")] string Name,
    [property: Required, Example("a"), Description("The zone that it is of.")] string Zone,
    [property: Required, Example("203.0.113.0/24"), Description("Its addresses.")] string Prefix,
    [property: Required, Description("What they are for.")] PoolKind Kind,
    [property: Required, Example(3), Description("How many are somebody's or in quarantine.")] long Used)
{
    /// <summary>The controller's pool for the wire.</summary>
    public static AddressPoolView From(AddressPool pool) => new(
        pool.Name, pool.Zone, pool.Prefix,
        pool.Kind == AddressPoolKind.Internal ? PoolKind.Internal : PoolKind.Elastic,
        pool.Used);
}
