using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;
using static Hyperplane.Dataplane.Kernel.Netlink.NetlinkConstants;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>Addresses in messages about neighbours and interfaces: 4 bytes of IPv4, 16 of IPv6.</summary>
internal static class NeighbourAddress
{
    /// <summary>The longest one.</summary>
    public const int MaxBytes = 16;

    /// <summary>Reads an attribute; false when it is none of the message's family.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> attribute, out PacketAddress address)
    {
        address = default;
        if (payload.IsEmpty)
            return false;
        if (payload[0] == FamilyIpv4 && attribute.Length == sizeof(uint))
            address = new PacketAddress(MemoryMarshal.Read<uint>(attribute));
        else if (payload[0] == FamilyIpv6 && attribute.Length == MaxBytes)
            address = MemoryMarshal.Read<PacketAddress>(attribute);
        return !address.IsNone;
    }

    /// <summary>The family's number in a message.</summary>
    public static byte Family(in PacketAddress address) => address.IsIpv4 ? FamilyIpv4 : FamilyIpv6;

    /// <summary>Writes the attribute; its length.</summary>
    public static int Write(in PacketAddress address, Span<byte> room)
    {
        if (address.IsIpv4)
            MemoryMarshal.Write(room, address.Ipv4Be);
        else
            MemoryMarshal.Write(room, address);
        return address.IsIpv4 ? sizeof(uint) : MaxBytes;
    }
}
