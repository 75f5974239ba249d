using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots;

/// <summary>Addresses as the snapshot carries them: 4 or 16 bytes in network order.</summary>
/// <remarks>As a number an IPv4 address is ::ffff:a.b.c.d: both families stand in one order, and no two hosts share
/// one.</remarks>
internal static class WireAddress
{
    /// <summary>Bytes of an IPv4 address.</summary>
    public const int Ipv4Bytes = 4;

    /// <summary>Bits of an IPv4 address.</summary>
    public const int Ipv4Bits = 32;

    /// <summary>Bits of an IPv6 address, and of a number.</summary>
    public const int Ipv6Bits = 128;

    private static readonly UInt128 Mapped = new(0, 0xffff_0000_0000);

    /// <summary>The address as a number; false when it has neither 4 nor 16 bytes, or IPv4 comes in the form of
    /// IPv6.</summary>
    public static bool TryRead(ByteString bytes, out UInt128 address)
    {
        address = bytes.Length switch
        {
            4 => Mapped | BinaryPrimitives.ReadUInt32BigEndian(bytes.Span),
            16 => BinaryPrimitives.ReadUInt128BigEndian(bytes.Span),
            _ => 0,
        };
        return bytes.Length == 4 || (bytes.Length == 16 && !IsIpv4(address));
    }

    /// <summary>Whether a number is an IPv4 address.</summary>
    public static bool IsIpv4(UInt128 address) => address >> Ipv4Bits == Mapped >> Ipv4Bits;

    /// <summary>The address of validated bytes.</summary>
    public static IPAddress ToAddress(ByteString bytes) => new(bytes.Span);

    /// <summary>The prefix of a validated message.</summary>
    public static IPNetwork ToNetwork(Prefix prefix) => new(ToAddress(prefix.Address), (int)prefix.Length);

    /// <summary>The address as a number.</summary>
    public static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>As people write it.</summary>
    public static string Text(UInt128 address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return new IPAddress(IsIpv4(address) ? bytes[12..] : bytes).ToString();
    }

    /// <summary>Whether a host can have it: not "this network", loopback, of a link alone, multicast or reserved
    /// (RFC 6890).</summary>
    public static bool IsUnicast(UInt128 address) => IsIpv4(address)
        ? (byte)(address >> 24) is > 0 and < 224 and not 127
        : (byte)(address >> 120) is not (0 or 0xff) && address >> 118 != 0xfe80 >> 6;
}
