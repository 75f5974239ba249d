using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.LoadBalancers;
using ContractScheme = Hyperplane.Controller.Contracts.LoadBalancers.Scheme;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>What is said of a load balancer itself, when it is created and when it is replaced.</summary>
internal abstract record LoadBalancerBody : IRequestBody
{
    [Required, ResourceName, Example("web"), Description("Unique in the tenant.")]
    public string? Name { get; init; }

    [Required, ItemCount(1, 16), Description("Where it serves; each zone once, and one static address in each.")]
    public List<CreateZone>? Zones { get; init; }

    [Description(
        "`ipv4` by default. `dualstack`: an IPv6 address as well in each zone, of which each needs IPv6 pools.")]
    public AddressType? IpAddressType { get; init; }

    [Description("`internet-facing` by default. `internal`: addresses of the zones' internal pools, of which each "
        + "zone needs one. For ever.")]
    public Scheme? Scheme { get; init; }

    [Description("By AWS's names; see the documentation of attributes.")]
    public Dictionary<string, string>? Attributes { get; init; }

    [TagCount, Description("At most 50; keys of 1 to 128 and values of 0 to 256 characters.")]
    public Dictionary<string, string>? Tags { get; init; }

    /// <inheritdoc/>
    public virtual void Check(Findings findings)
    {
        Resources.Tags.Check(Tags, findings);
        CreateZone.Check(Zones, findings);
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public LoadBalancerConfig ToConfig() => new(
        Name!,
        [.. Zones!.Select(zone => zone.ToPlacement())],
        Tags ?? [])
    {
        IpAddressType = IpAddressType.ToContract(),
        Scheme = Scheme == LoadBalancers.Scheme.Internal ? ContractScheme.Internal : ContractScheme.InternetFacing,
        Attributes = Attributes ?? [],
    };
}
