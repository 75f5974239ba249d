using System.Runtime.InteropServices;
using static Hyperplane.Dataplane.Kernel.Netlink.NetlinkConstants;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>An IPv4 subnet that the interface is on.</summary>
/// <param name="AddressBe">An address of it, network order.</param>
/// <param name="MaskBe">Its mask, network order.</param>
internal readonly record struct Subnet(uint AddressBe, uint MaskBe)
{
    /// <summary>From an address message of this interface.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, int interfaceIndex, out Subnet subnet)
    {
        const int MaxBits = 32;
        subnet = default;
        ReadOnlySpan<byte> address = NetlinkReader.Attribute(payload, AddressHeaderBytes, AddressPrefix);
        if (address.Length != sizeof(uint) || payload[0] != FamilyIpv4 || payload[1] > MaxBits
            || MemoryMarshal.Read<int>(payload[4..]) != interfaceIndex)
            return false;
        uint mask = payload[1] == 0 ? 0 : uint.MaxValue << (MaxBits - payload[1]);
        subnet = new Subnet(
            MemoryMarshal.Read<uint>(address),
            BitConverter.IsLittleEndian ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(mask) : mask);
        return true;
    }

    /// <summary>Whether an address, network order, is on it.</summary>
    public bool Contains(uint addressBe) => ((addressBe ^ AddressBe) & MaskBe) == 0;
}
