using System.ComponentModel;
using System.Text.Json.Serialization;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.LoadBalancers;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>The merge patch of a load balancer: what is left out stays.</summary>
internal sealed record ChangeLoadBalancer : IPatchBody
{
    [ItemCount(1, 16), Description(
        "All zones that it shall serve. Those that it has keep their addresses, the others get some; the addresses of "
        + "zones that are left out are withdrawn, and elastic IPs among them are free again.")]
    public List<CreateZone>? Zones { get; init; }

    [Description("`dualstack`: each zone gets an IPv6 address as well; `ipv4` or null: they go.")]
    public AddressType? IpAddressType { get; init; }

    [Description("Those to set, or with null those to get their default; the others stay.")]
    public StringPatch? Attributes { get; init; }

    [Description("Those to set, or with null those to remove; the others stay.")]
    public StringPatch? Tags { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public HashSet<string> Cleared { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Check(Findings findings)
    {
        if (Cleared.Contains("zones"))
            findings.Invalid("/zones", "A load balancer serves somewhere: name one to sixteen zones.");
        CreateZone.Check(Zones, findings);
        Resources.Tags.Check(Tags, findings);
    }

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public LoadBalancerChange ToChange() => new()
    {
        Zones = Zones?.ConvertAll(zone => zone.ToPlacement()),
        IpAddressType =
            IpAddressType is null && !Cleared.Contains("ipAddressType") ? null : IpAddressType.ToContract(),
        Attributes = Attributes,
        Tags = Tags,
    };
}
