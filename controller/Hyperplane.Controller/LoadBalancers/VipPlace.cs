using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Who shall serve a load balancer in a zone.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Pools">What it owns.</param>
/// <param name="Shard">The shard's index.</param>
internal sealed record VipPlace(CellRow Cell, CellPools Pools, int Shard)
{
    /// <summary>The block that an address of a family comes from when none is asked for.</summary>
    public IpPrefix Block(bool isIpv4) => isIpv4 ? Pools.Block(Shard) : Pools.Ipv6Block(Shard);

    /// <summary>A VIP of the shard: alone when it lies outside its block.</summary>
    public VipChoice Choose(Ip address)
    {
        bool isInBlock = (address.IsIpv4 || Pools.Ipv6 is not null) && Block(address.IsIpv4).Contains(address);
        return isInBlock ? new VipChoice(address, Block(address.IsIpv4)) : VipChoice.Alone(address);
    }
}
