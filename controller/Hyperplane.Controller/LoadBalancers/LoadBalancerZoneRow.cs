using System.ComponentModel.DataAnnotations.Schema;
using System.Net;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Where a load balancer lives in one zone.</summary>
[Table("load_balancer_zones")]
internal sealed class LoadBalancerZoneRow : ITenantOwned
{
    public required string LoadBalancerId { get; init; }

    public required string Zone { get; init; }

    public required string TenantId { get; init; }

    /// <summary>Its place in the request.</summary>
    public int Position { get; set; }

    public required string Cell { get; init; }

    public int Shard { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>What a node of the shard announces for it: the shard's block, or the VIP as a /32.</summary>
    public IPNetwork Prefix { get; init; }

    /// <summary>The VIP's number, never reused.</summary>
    public long VipId { get; init; }

    /// <summary>Whether the VIP lies outside the shard's block and is announced as a /32.</summary>
    public bool AnnounceAlone { get; init; }

    /// <summary>The IPv6 VIP of a dualstack load balancer.</summary>
    public IPAddress? Ipv6Address { get; set; }

    /// <summary>What is announced for it.</summary>
    public IPNetwork? Ipv6Prefix { get; set; }

    /// <summary>The number of the IPv6 VIP, never reused; there also where there is none.</summary>
    public long Ipv6VipId { get; set; }

    /// <summary>Whether the IPv6 VIP is announced as a /128.</summary>
    public bool Ipv6AnnounceAlone { get; set; }

    /// <summary>The elastic IP that the VIP is; null for none.</summary>
    public string? ElasticIpId { get; init; }

    /// <summary>The one that the IPv6 VIP is, likewise.</summary>
    public string? Ipv6ElasticIpId { get; set; }
}
