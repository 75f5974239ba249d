using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Controller.Contracts.ElasticIps;

namespace Hyperplane.Api.ElasticIps;

/// <summary>The body that asks for an elastic IP.</summary>
internal sealed record CreateElasticIp : IRequestBody
{
    [Required, Pattern(OperatorName.Allowed, OperatorName.Message), Example("a"),
     Description("The zone where it can be used.")]
    public string? Zone { get; init; }

    [ResourceName, Example("front"),
     Description("Unique among the tenant's elastic IPs. Without one every request allocates another.")]
    public string? Name { get; init; }

    [IpAddress, Example("203.0.113.9"),
     Description("The address to allocate, of an elastic pool of the zone; one is chosen when absent.")]
    public string? Address { get; init; }

    [Description("The family of the address; `ipv4` by default, or that of `address`.")]
    public ElasticIpFamily? IpAddressType { get; init; }

    [TagCount, Description("At most 50; keys of 1 to 128 and values of 0 to 256 characters.")]
    public Dictionary<string, string>? Tags { get; init; }

    /// <inheritdoc/>
    public void Check(Findings findings) => Resources.Tags.Check(Tags, findings);

    /// <summary>The same in the controller's words; only after nothing wrong was found.</summary>
    public ElasticIpConfig ToConfig() => new(Zone!, Tags ?? [])
    {
        Name = Name,
        Address = Address,
        IpAddressType = IpAddressType switch
        {
            ElasticIpFamily.Ipv4 => IpFamily.Ipv4,
            ElasticIpFamily.Ipv6 => IpFamily.Ipv6,
            _ => null,
        },
    };
}
