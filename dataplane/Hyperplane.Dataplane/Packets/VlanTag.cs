using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The tag of a VLAN (IEEE 802.1Q), as the XDP program takes it off (<c>bpf/vlan.h</c>).</summary>
public static class VlanTag
{
    /// <summary>What a tag adds to a frame.</summary>
    public const int Bytes = 4;

    /// <summary>The largest number of a VLAN.</summary>
    public const ushort LargestId = 4_094;

    private const int MacBytes = 12;
    private const ushort TagType = 0x8100;

    /// <summary>Writes a tag of priority 0.</summary>
    /// <param name="frame">Starts <see cref="Bytes"/> before the untagged frame.</param>
    /// <param name="vlan">1 to <see cref="LargestId"/>.</param>
    public static void Write(Span<byte> frame, ushort vlan)
    {
        frame.Slice(Bytes, MacBytes).CopyTo(frame);
        BinaryPrimitives.WriteUInt16BigEndian(frame[MacBytes..], TagType);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(MacBytes + sizeof(ushort))..], vlan);
    }
}
