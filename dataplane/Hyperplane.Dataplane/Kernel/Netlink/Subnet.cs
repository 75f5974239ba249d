using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;
using static Hyperplane.Dataplane.Kernel.Netlink.NetlinkConstants;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>A subnet that the interface is on, of either family.</summary>
/// <param name="Address">An address of it.</param>
/// <param name="Bits">Of its prefix, an IPv4 one counted from the 96th.</param>
internal readonly record struct Subnet(PacketAddress Address, int Bits)
{
    private const int MappedBits = 96;

    /// <summary>From an address message of this interface.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, int interfaceIndex, out Subnet subnet)
    {
        subnet = default;
        ReadOnlySpan<byte> address = NetlinkReader.Attribute(payload, AddressHeaderBytes, AddressPrefix);
        if (!NeighbourAddress.TryRead(payload, address, out PacketAddress read)
            || payload[1] > address.Length * 8 || MemoryMarshal.Read<int>(payload[4..]) != interfaceIndex)
            return false;
        subnet = new Subnet(read, payload[1] + (read.IsIpv4 ? MappedBits : 0));
        return true;
    }

    /// <summary>Whether an address is on it.</summary>
    public bool Contains(in PacketAddress address)
    {
        ulong first = Difference(address.First, Address.First);
        ulong last = Difference(address.Last, Address.Last);
        return Bits <= 64 ? Upper(first, Bits) == 0 : first == 0 && Upper(last, Bits - 64) == 0;
    }

    private static ulong Upper(ulong bits, int count) => count == 0 ? 0 : bits >> (64 - count);

    private static ulong Difference(ulong left, ulong right)
    {
        ulong difference = left ^ right;
        return BitConverter.IsLittleEndian
            ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(difference)
            : difference;
    }
}
