using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>A set of destinations, or of their blocks, that may hold more than was put in: <c>struct
/// destination_bits</c> in <c>bpf/hyperplane.h</c>, 8 KiB.</summary>
/// <remarks>A bit for each number's hash, so a clear one is certain. A block is a /24 or an IPv6 /48.</remarks>
[InlineArray(Words)]
internal struct DestinationBits
{
    /// <summary>The hash has so many bits.</summary>
    public const int Bits = 16;

    private const int Words = (1 << Bits) / 64;
    private const uint Multiplier = 2_654_435_761;

    private ulong _first;

    /// <summary>The number of an IPv4 address; of its block without the last eight bits.</summary>
    public static uint Ipv4(uint addressBe) => BinaryPrimitives.ReverseEndianness(addressBe);

    /// <summary>The number of an IPv6 address.</summary>
    public static uint Ipv6(in PacketAddress address)
    {
        ulong both = BinaryPrimitives.ReverseEndianness(address.First ^ address.Last);
        return (uint)(both >> 32) ^ (uint)both;
    }

    /// <summary>The number of an IPv6 address's block; the lowest bits of its prefix are lowest here too.</summary>
    public static uint Ipv6Block(in PacketAddress address)
    {
        ulong first = BinaryPrimitives.ReverseEndianness(address.First);
        return (uint)(first >> 32) ^ ((uint)first >> 16);
    }

    /// <summary>The bit of a number: its word, and what to set there.</summary>
    public static (int Word, ulong Bit) PlaceOf(uint number)
    {
        uint bit = (number * Multiplier) >> (32 - Bits);
        return ((int)(bit >> 6), 1ul << (int)(bit & 63));
    }

    /// <summary>Puts a number in.</summary>
    public void Set(uint number)
    {
        (int word, ulong bit) = PlaceOf(number);
        MemoryMarshal.CreateSpan(ref _first, Words)[word] |= bit;
    }

    /// <summary>Puts all numbers in.</summary>
    public void SetAll() => MemoryMarshal.CreateSpan(ref _first, Words).Fill(ulong.MaxValue);
}
