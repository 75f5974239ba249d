using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>An address of either family as it lies in an IPv6 header; IPv4 as ::ffff:a.b.c.d (RFC 4291, section
/// 2.5.5.2).</summary>
/// <remarks>16 bytes in network order. An IPv6 packet whose header carries an address of that form is malformed
/// (<see cref="Ipv6View"/>), so no two hosts share a value.</remarks>
/// <param name="First">The first eight bytes, as they lie in memory.</param>
/// <param name="Last">The last eight.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
public readonly record struct PacketAddress(ulong First, ulong Last)
{
    private const uint MappedWord = 0xffff0000;
    private const ulong LinkLocal = 0x80fe;
    private const ulong LinkLocalMask = 0xc0ff;

    /// <summary>An IPv4 address in network order.</summary>
    public PacketAddress(uint ipv4Be)
        : this(0, MappedWord | ((ulong)ipv4Be << 32))
    {
    }

    /// <summary>Whether it is an IPv4 address.</summary>
    public bool IsIpv4
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => First == 0 && (uint)Last == MappedWord;
    }

    /// <summary>The IPv4 address, network order; means nothing of an IPv6 one.</summary>
    public uint Ipv4Be => (uint)(Last >> 32);

    /// <summary>Whether it is none: 0.0.0.0 or ::.</summary>
    public bool IsNone => (First | Last) == 0 || (IsIpv4 && Ipv4Be == 0);

    /// <summary>Not "this network", loopback, multicast, broadcast or of a link alone.</summary>
    public bool MayBeHost
    {
        get
        {
            byte first = (byte)(IsIpv4 ? Ipv4Be : First);
            return IsIpv4
                ? first is not (0 or 127 or >= 224)
                : first is not (0 or 0xff) && (First & LinkLocalMask) != LinkLocal;
        }
    }

    /// <summary>Sum of the 16-bit words that a pseudo header has of it, for <see cref="InternetChecksum"/>.</summary>
    public ulong Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsIpv4 ? Ipv4Be : (First & uint.MaxValue) + (First >> 32) + (Last & uint.MaxValue) + (Last >> 32);
    }

    /// <summary>An IPv4 address in network order.</summary>
    public static implicit operator PacketAddress(uint ipv4Be) => new(ipv4Be);

    /// <summary>Of either family; an IPv4 address in IPv6 form is an IPv4 address.</summary>
    public static PacketAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return MemoryMarshal.Read<PacketAddress>(bytes);
    }

    /// <summary>For people and configuration.</summary>
    public IPAddress ToIPAddress()
    {
        PacketAddress self = this;
        var address = new IPAddress(MemoryMarshal.AsBytes(new ReadOnlySpan<PacketAddress>(in self)));
        return IsIpv4 ? address.MapToIPv4() : address;
    }

    /// <inheritdoc/>
    public override string ToString() => ToIPAddress().ToString();
}
