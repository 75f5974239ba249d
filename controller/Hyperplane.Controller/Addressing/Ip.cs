using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Controller.Addressing;

/// <summary>An address of either family as a number; IPv4 as in ::ffff:a.b.c.d: no two hosts share one.</summary>
/// <param name="Value">The 128 bits; all of IPv4 are below those that IPv6 hosts have.</param>
internal readonly record struct Ip(UInt128 Value)
{
    private const ulong MappedWord = 0xffff;
    private const int Ipv4Bits = 32;
    private const int Ipv6Bits = 128;

    /// <summary>An IPv4 address, in host order.</summary>
    public Ip(uint ipv4)
        : this(new UInt128(0, (MappedWord << Ipv4Bits) | ipv4))
    {
    }

    /// <summary>Whether it is an IPv4 address.</summary>
    public bool IsIpv4 => Value >> Ipv4Bits == MappedWord;

    /// <summary>How many bits an address of its family has.</summary>
    public int Bits => IsIpv4 ? Ipv4Bits : Ipv6Bits;

    /// <summary>
    /// True for an address that a host can have: not of "this network", loopback, a link alone, multicast or reserved.
    /// </summary>
    public bool IsHost => IsIpv4
        ? (byte)(Value >> 24) is not (0 or 127) and < 224
        : (byte)(Value >> 120) is not (0 or 0xff) && Value >> 118 != 0xfe80 >> 6;

    /// <summary>
    /// Reads a dotted quad in its one canonical form (<c>010.0.0.1</c>, <c>1.2</c> and <c>0x7f.1</c> are refused), or
    /// an IPv6 address in any of its forms, without zone or brackets.
    /// </summary>
    public static bool TryParse(string? text, out Ip address)
    {
        address = default;
        if (text is null || text.AsSpan().ContainsAny("[]%/") || !IPAddress.TryParse(text, out IPAddress? parsed)
            || parsed.IsIPv4MappedToIPv6)
            return false;
        address = From(parsed);
        return !address.IsIpv4 || string.Equals(parsed.ToString(), text, StringComparison.Ordinal);
    }

    /// <summary>The number of an address.</summary>
    public static Ip From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return From(bytes[..length]);
    }

    /// <summary>The number of 4 or 16 bytes in network order.</summary>
    public static Ip From(ReadOnlySpan<byte> bytes) => bytes.Length == 4
        ? new Ip(BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : new Ip(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>As the database takes it.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(IsIpv4 ? bytes[12..] : bytes);
    }

    /// <inheritdoc/>
    public override string ToString() => ToIPAddress().ToString();
}
