using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Where a load balancer shall live in a zone.</summary>
/// <param name="Position">Of the zone in the request.</param>
/// <param name="Zone">The zone's name.</param>
/// <param name="Cell">The cell's name.</param>
/// <param name="Shard">The shard's index.</param>
/// <param name="Address">The VIP.</param>
/// <param name="Prefix">What the shard's nodes announce for it: the shard's block, or the VIP as a /32 when it lies
/// outside.</param>
internal sealed record VipPlace(int Position, string Zone, string Cell, int Shard, uint Address, Ipv4Prefix Prefix);
