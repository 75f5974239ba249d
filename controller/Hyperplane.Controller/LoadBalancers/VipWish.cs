using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.ElasticIps;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>What is asked for of one address family in a zone.</summary>
/// <param name="Address">The VIP; null to have one of a shard's block chosen.</param>
/// <param name="Pointer">Where the request says so.</param>
internal sealed record VipWish(Ip? Address, string Pointer)
{
    /// <summary>The elastic IP that it is; null for none.</summary>
    public ElasticIpRow? Elastic { get; init; }

    /// <summary>The cell whose nodes may still announce the elastic IP, so that no other may; null for none.</summary>
    public string? Home { get; init; }
}
