using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>A shard with its blocks of addresses.</summary>
/// <param name="Shard">The message.</param>
/// <param name="Block">Its IPv4 block; empty when it is not sound.</param>
/// <param name="Ipv6Block">Its IPv6 block; empty when it has none, or it is not sound.</param>
internal sealed record ShardFacts(Shard Shard, AddressRange Block, AddressRange Ipv6Block)
{
    /// <summary>No address.</summary>
    public static readonly AddressRange None = new(1, 0);

    /// <summary>The block that a VIP of the family of an address is in, unless it is announced alone.</summary>
    public AddressRange BlockFor(UInt128 address) => WireAddress.IsIpv4(address) ? Block : Ipv6Block;
}
