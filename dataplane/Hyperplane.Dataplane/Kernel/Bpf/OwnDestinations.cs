using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>What our prefixes hold, roughly: <c>struct own_destinations</c> in <c>bpf/hyperplane.h</c>.</summary>
/// <remarks>16 KiB. A frame whose destination has neither bit goes to the kernel without a look-up; one that has, by a
/// prefix or because two numbers share it, is looked up. The addresses of a prefix that has but few stand there one by
/// one, so what is beside them in their block is not taken for ours.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct OwnDestinations
{
    private const int FewBits = 8;
    private const int Ipv4BlockBits = 24;
    private const int Ipv6BlockBits = 48;
    private const int Ipv4Bits = 32;
    private const int Ipv6Bits = 128;

    /// <summary>Blocks that prefixes lie in or over.</summary>
    public DestinationBits Blocks;

    /// <summary>Single addresses.</summary>
    public DestinationBits Addresses;

    /// <summary>Of prefixes and a single address of ours; none is 0.</summary>
    public static OwnDestinations Of(IEnumerable<IPNetwork> prefixes, uint addressBe)
    {
        var own = default(OwnDestinations);
        if (addressBe != 0)
            own.Addresses.Set(DestinationBits.Ipv4(addressBe));
        foreach (IPNetwork prefix in prefixes)
            own.Set(prefix);
        return own;
    }

    private void Set(IPNetwork prefix)
    {
        PacketAddress address = PacketAddress.Of(prefix.BaseAddress);
        bool isIpv4 = prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        int longer = (isIpv4 ? Ipv4Bits : Ipv6Bits) - prefix.PrefixLength;
        int shorter = Math.Max(0, (isIpv4 ? Ipv4BlockBits : Ipv6BlockBits) - prefix.PrefixLength);
        // The lowest bits of a number are the lowest of its address or prefix, in both families.
        if (longer < FewBits)
            SetEach(
                ref Addresses, isIpv4 ? DestinationBits.Ipv4(address.Ipv4Be) : DestinationBits.Ipv6(address), longer);
        else if (shorter >= DestinationBits.Bits)
            Blocks.SetAll();
        else
            SetEach(
                ref Blocks,
                isIpv4 ? DestinationBits.Ipv4(address.Ipv4Be) >> (Ipv4Bits - Ipv4BlockBits)
                    : DestinationBits.Ipv6Block(address),
                shorter);
    }

    private static void SetEach(ref DestinationBits bits, uint first, int lowBits)
    {
        for (uint i = 0; i < 1u << lowBits; i++)
            bits.Set(first ^ i);
    }
}
