using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>A VIP and how it is reached.</summary>
/// <param name="Address">The VIP.</param>
/// <param name="Prefix">What the shard's nodes announce for it: the shard's block, or the VIP alone when it lies
/// outside.</param>
internal sealed record VipChoice(Ip Address, IpPrefix Prefix)
{
    /// <summary>Whether it is announced alone.</summary>
    public bool IsAlone => Prefix.Length == Address.Bits;

    /// <summary>A VIP that is announced alone.</summary>
    public static VipChoice Alone(Ip address) => new(address, new IpPrefix(address, address.Bits));
}
