using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.LoadBalancers;
using ContractScheme = Hyperplane.Controller.Contracts.LoadBalancers.Scheme;

namespace Hyperplane.Api.LoadBalancers;

/// <summary>A load balancer as it is wanted and as it is seen.</summary>
internal sealed record LoadBalancerView : IVersioned
{
    [Required, Description("Stable and never reused.")]
    public required string Id { get; init; }

    [Required, Example("web"), Description("Unique in the tenant.")]
    public required string Name { get; init; }

    [Required, Description("Of which families its addresses are.")]
    public required AddressType IpAddressType { get; init; }

    [Required, Description("From where they come.")]
    public required Scheme Scheme { get; init; }

    [Required, Description("Where it serves.")]
    public required IReadOnlyList<ZoneView> Zones { get; init; }

    [Required, Description("The zone that it is shifted away from; null for none.")]
    public required ZonalShiftView? ZonalShift { get; init; }

    [Required, Description("All of them, defaults too.")]
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    [Required, Description("As given.")]
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    [Required, Description("Grows with every change of what is wanted.")]
    public required long Generation { get; init; }

    [Required, Description("When it was asked for.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Required, Description("Where it stands.")]
    public required StatusView Status { get; init; }

    /// <summary>The controller's load balancer for the wire.</summary>
    public static LoadBalancerView From(LoadBalancer loadBalancer) => new()
    {
        Id = loadBalancer.Id,
        Name = loadBalancer.Name,
        IpAddressType = loadBalancer.IpAddressType.ToWire(),
        Scheme = loadBalancer.Scheme == ContractScheme.Internal ? Scheme.Internal : Scheme.InternetFacing,
        Zones = [.. loadBalancer.Zones.Select(ZoneView.From)],
        ZonalShift = loadBalancer.ZonalShift is { } shift ? ZonalShiftView.From(shift) : null,
        Attributes = loadBalancer.Attributes,
        Tags = loadBalancer.Tags,
        Generation = loadBalancer.Generation,
        CreatedAt = loadBalancer.CreatedAt,
        Status = StatusView.From(loadBalancer.Status),
    };
}
