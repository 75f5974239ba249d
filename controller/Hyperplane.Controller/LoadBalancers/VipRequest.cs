using Hyperplane.Controller.Cells;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>VIPs that are to be found in a zone; checked against what exists.</summary>
/// <param name="Position">The zone's place in the request.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Ipv4">Null where the load balancer keeps the one that it has.</param>
/// <param name="Ipv6">Null where it has none or keeps it.</param>
/// <param name="Kept">What the load balancer has there already.</param>
internal sealed record VipRequest(
    int Position, ZoneRow Zone, VipWish? Ipv4, VipWish? Ipv6, LoadBalancerZoneRow? Kept)
{
    /// <summary>The wishes.</summary>
    public IEnumerable<VipWish> Wishes => new[] { Ipv4, Ipv6 }.OfType<VipWish>();

    /// <summary>The cell that a wish is bound to; null for none.</summary>
    public string? Home => Ipv4?.Home ?? Ipv6?.Home;
}
