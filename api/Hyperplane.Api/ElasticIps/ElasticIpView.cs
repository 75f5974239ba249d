using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.ElasticIps;

namespace Hyperplane.Api.ElasticIps;

/// <summary>An address that is the tenant's until it is released.</summary>
internal sealed record ElasticIpView : IVersioned
{
    [Required, Description("Stable and never reused.")]
    public required string Id { get; init; }

    [Required, Example("front"), Description("As given; null without one.")]
    public required string? Name { get; init; }

    [Required, Example("a"), Description("The zone where it can be used.")]
    public required string Zone { get; init; }

    [Required, Example("203.0.113.9"), Description("The address.")]
    public required string Address { get; init; }

    [Required, Description("Its family.")]
    public required ElasticIpFamily IpAddressType { get; init; }

    [Required, Description("The id of the load balancer whose address it is; null when it is free.")]
    public required string? AssociatedWith { get; init; }

    [Required, Description("As given.")]
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    [Required, Description("Grows with every change of what the tenant says of it.")]
    public required long Generation { get; init; }

    [Required, Description("When it was allocated.")]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The controller's elastic IP for the wire.</summary>
    public static ElasticIpView From(ElasticIp one) => new()
    {
        Id = one.Id,
        Name = one.Name,
        Zone = one.Zone,
        Address = one.Address,
        IpAddressType = one.IpAddressType == IpFamily.Ipv6 ? ElasticIpFamily.Ipv6 : ElasticIpFamily.Ipv4,
        AssociatedWith = one.AssociatedWith,
        Tags = one.Tags,
        Generation = one.Generation,
        CreatedAt = one.CreatedAt,
    };
}
