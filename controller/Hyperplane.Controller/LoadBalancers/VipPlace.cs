namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Where a load balancer shall live in a zone.</summary>
/// <param name="Position">Of the zone in the request.</param>
/// <param name="Zone">The zone's name.</param>
/// <param name="Cell">The cell's name.</param>
/// <param name="Shard">The shard's index.</param>
/// <param name="Vip">Its IPv4 address.</param>
/// <param name="Ipv6Vip">Its IPv6 address; null without one.</param>
internal sealed record VipPlace(
    int Position, string Zone, string Cell, int Shard, VipChoice Vip, VipChoice? Ipv6Vip = null);
