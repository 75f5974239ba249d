using System.ComponentModel.DataAnnotations.Schema;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>A load balancer as it is wanted.</summary>
[Table("load_balancers")]
internal sealed class LoadBalancerRow : ITenantOwned, ITagged
{
    public required string Id { get; init; }

    public long Serial { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    public IpAddressType IpAddressType { get; set; }

    public Scheme Scheme { get; init; }

    /// <summary>Those that were said, a JSON object of strings, keys in ordinal order.</summary>
    public required string Attributes { get; set; }

    /// <summary>A JSON object of strings, keys in ordinal order.</summary>
    public required string Tags { get; set; }

    /// <summary>Counts every change of the load balancer and of its listeners.</summary>
    public long Generation { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set when it is deleted; the row goes when the nodes have forgotten it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The zone that it is shifted away from; null for none.</summary>
    public string? ShiftedZone { get; set; }

    /// <summary>When that ends by itself; null without a shift.</summary>
    public DateTimeOffset? ShiftExpiresAt { get; set; }

    /// <summary>Why, in the tenant's words.</summary>
    public string? ShiftComment { get; set; }

    /// <summary>In the order of the request.</summary>
    public List<LoadBalancerZoneRow> Zones { get; init; } = [];
}
