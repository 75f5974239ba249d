using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.AddressPools;

namespace Hyperplane.Api.AddressPools;

/// <summary>The body that declares an address pool, or changes its prefix.</summary>
internal sealed record PutAddressPool : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"),
     Description("The zone whose nodes announce what is used of it. For ever.")]
    public string? Zone { get; init; }

    [Required, IpPrefix, Example("203.0.113.0/24"),
     Description("IPv4, or IPv6 in a zone with IPv6 pools. It may change as long as all used addresses lie in it.")]
    public string? Prefix { get; init; }

    [Required, Description("`elastic`: elastic IPs; `internal`: addresses of internal load balancers. For ever.")]
    public PoolKind? Kind { get; init; }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public AddressPool ToPool(string name) => new(
        name, Zone!, Prefix!, Kind == PoolKind.Internal ? AddressPoolKind.Internal : AddressPoolKind.Elastic);
}
