using System.Runtime.CompilerServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Hashes a flow key: the same on every node for the same seed.</summary>
/// <remarks>Two folded 64 × 64 → 128-bit multiplications, as in wyhash: every input bit reaches every output
/// bit.</remarks>
public static class FlowHash
{
    private const ulong FirstSecret = 0xa0761d6478bd642f;
    private const ulong SecondSecret = 0xe7037ed1a0b428db;
    private const ulong ThirdSecret = 0x8ebc6af09c88c6e3;

    /// <summary>64 well mixed bits of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in FlowKey key, ulong seed) => Of(key, key.DestinationPortBe, seed);

    /// <summary>64 well mixed bits of all of a key but its destination port.</summary>
    public static ulong WithoutDestinationPort(in FlowKey key, ulong seed) => Of(key, 0, seed);

    /// <summary>64 well mixed bits of a number, for seeds and permutations.</summary>
    public static ulong Of(ulong value, ulong seed) =>
        Fold(Fold(value ^ FirstSecret, seed ^ SecondSecret) ^ ThirdSecret, value ^ SecondSecret);

    /// <summary>64 well mixed bits of an address.</summary>
    public static ulong Of(in PacketAddress address, ulong seed) => address.IsIpv4
        ? Of(address.Ipv4Be, seed)
        : Fold(address.First ^ FirstSecret ^ seed, address.Last ^ SecondSecret);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Of(in FlowKey key, ushort destinationPortBe, ulong seed)
    {
        ulong addresses = key.Source.Ipv4Be | ((ulong)key.Destination.Ipv4Be << 32);
        ulong ports = key.SourcePortBe | ((ulong)destinationPortBe << 16) | ((ulong)key.Protocol << 32);
        if (!key.IsIpv4)
            addresses = Fold(addresses ^ FirstSecret ^ seed, Rest(key.Source, key.Destination, seed));
        ulong mixed = Fold(addresses ^ FirstSecret ^ seed, ports ^ SecondSecret);
        return Fold(mixed ^ ThirdSecret, seed ^ SecondSecret);
    }

    private static ulong Rest(in PacketAddress source, in PacketAddress destination, ulong seed) =>
        Fold(source.First ^ SecondSecret, source.Last ^ ThirdSecret ^ seed)
        ^ Fold(destination.First ^ ThirdSecret ^ seed, destination.Last ^ FirstSecret);

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
