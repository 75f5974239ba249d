using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Bits for the /24s, and IPv6 /48s, that our prefixes touch: <c>struct own_blocks</c> in
/// <c>bpf/hyperplane.h</c>.</summary>
/// <remarks>8 KiB. A frame to a block whose bit is clear goes to the kernel without a look-up; one whose bit is set, by
/// a prefix or because two blocks share it, is looked up.</remarks>
[InlineArray(Words)]
internal struct OwnBlocks
{
    private const int Words = 1_024;
    private const int Bits = 16;
    private const uint Multiplier = 2_654_435_761;
    private const int Ipv4BlockBits = 24;
    private const int Ipv6BlockBits = 48;

    private ulong _first;

    /// <summary>Of prefixes and a single address of ours; none is 0.</summary>
    public static OwnBlocks Of(IEnumerable<IPNetwork> prefixes, uint addressBe)
    {
        var blocks = default(OwnBlocks);
        if (addressBe != 0)
            blocks.Set(Ipv4Block(addressBe));
        foreach (IPNetwork prefix in prefixes)
            blocks.Set(prefix);
        return blocks;
    }

    private void Set(IPNetwork prefix)
    {
        PacketAddress address = PacketAddress.Of(prefix.BaseAddress);
        bool isIpv4 = prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        int shorter = Math.Max(0, (isIpv4 ? Ipv4BlockBits : Ipv6BlockBits) - prefix.PrefixLength);
        if (shorter >= Bits)
        {
            MemoryMarshal.CreateSpan(ref _first, Words).Fill(ulong.MaxValue);
            return;
        }
        for (uint i = 0; i < 1u << shorter; i++)
        {
            // The lowest bits of a block's number are the lowest of its prefix, in both families.
            Set((isIpv4 ? Ipv4Block(address.Ipv4Be) : Ipv6Block(address)) ^ i);
        }
    }

    private void Set(uint block)
    {
        uint bit = (block * Multiplier) >> (32 - Bits);
        MemoryMarshal.CreateSpan(ref _first, Words)[(int)(bit >> 6)] |= 1ul << (int)(bit & 63);
    }

    private static uint Ipv4Block(uint addressBe) => BinaryPrimitives.ReverseEndianness(addressBe) >> 8;

    private static uint Ipv6Block(in PacketAddress address)
    {
        ulong first = BinaryPrimitives.ReverseEndianness(address.First);
        return (uint)(first >> 32) ^ ((uint)first >> 16);
    }
}
