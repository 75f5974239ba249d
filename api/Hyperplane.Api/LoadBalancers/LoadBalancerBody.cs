using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.LoadBalancers;

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

    [Description("By AWS's names; see the documentation of attributes.")]
    public Dictionary<string, string>? Attributes { get; init; }

    [TagCount, Description("At most 50; keys of 1 to 128 and values of 0 to 256 characters.")]
    public Dictionary<string, string>? Tags { get; init; }

    /// <inheritdoc/>
    public virtual void Check(Findings findings)
    {
        Resources.Tags.Check(Tags, findings);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Zones?.Count; i++)
        {
            if (Zones[i]?.Zone is { } zone && !seen.Add(zone))
                findings.Add($"/zones/{i}/zone", ProblemCodes.ZoneRepeated, "A zone may be there only once.");
        }
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public LoadBalancerConfig ToConfig() => new(
        Name!,
        [.. Zones!.Select(z => new ZonePlacement(z.Zone!, z.Address) { Ipv6Address = z.Ipv6Address })],
        Tags ?? [])
    {
        IpAddressType = IpAddressType.ToContract(),
        Attributes = Attributes ?? [],
    };
}
