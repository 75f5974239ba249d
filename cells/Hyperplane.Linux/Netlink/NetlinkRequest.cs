using System.Buffers.Binary;

namespace Hyperplane.Linux.Netlink;

/// <summary>Builds one netlink message: header, fixed part, attributes (include/uapi/linux/netlink.h).</summary>
/// <remarks>Words are host order, little endian on every machine this runs on; attributes are padded to 4
/// bytes.</remarks>
internal sealed class NetlinkRequest
{
    private const int HeaderBytes = 16;
    private readonly byte[] _bytes = new byte[256];
    private int _length = HeaderBytes;

    /// <summary>Begins a message of <paramref name="type"/>.</summary>
    public NetlinkRequest(ushort type, ushort flags, uint sequence)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(8), sequence);
    }

    /// <summary>Adds bytes of the fixed part.</summary>
    public NetlinkRequest Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>Adds an attribute.</summary>
    public NetlinkRequest AddAttribute(ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_length), (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_length + 2), type);
        value.CopyTo(_bytes.AsSpan(_length + 4));
        _length += (4 + value.Length + 3) & ~3;
        return this;
    }

    /// <summary>The whole message with its length filled in.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes, _length);
        return _bytes.AsSpan(0, _length);
    }
}
