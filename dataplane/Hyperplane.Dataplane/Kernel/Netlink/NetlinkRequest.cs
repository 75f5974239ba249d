using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>Writes one netlink request into a buffer.</summary>
internal ref struct NetlinkRequest
{
    /// <summary>Room that every request of this room fits into.</summary>
    public const int MaxBytes = 128;

    private const int HeaderBytes = 16;
    private readonly Span<byte> _buffer;
    private int _bytes;

    /// <summary>Starts with the header and a fixed part of zeros, given back for filling.</summary>
    public NetlinkRequest(
        Span<byte> buffer, ushort type, ushort flags, uint sequence, int fixedBytes, out Span<byte> fixedPart)
    {
        buffer[..(HeaderBytes + fixedBytes)].Clear();
        _buffer = buffer;
        _bytes = HeaderBytes + fixedBytes;
        MemoryMarshal.Write(buffer[4..], type);
        MemoryMarshal.Write(buffer[6..], (ushort)(flags | NetlinkConstants.FlagRequest));
        MemoryMarshal.Write(buffer[8..], sequence);
        fixedPart = buffer[HeaderBytes.._bytes];
        MemoryMarshal.Write(buffer, (uint)_bytes);
    }

    /// <summary>The request so far.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _buffer[.._bytes];

    /// <summary>Adds an attribute.</summary>
    public void Add(ushort kind, ReadOnlySpan<byte> value)
    {
        Span<byte> attribute = _buffer[_bytes..];
        int bytes = 4 + value.Length;
        attribute[..((bytes + 3) & ~3)].Clear();
        MemoryMarshal.Write(attribute, (ushort)bytes);
        MemoryMarshal.Write(attribute[2..], kind);
        value.CopyTo(attribute[4..]);
        _bytes += (bytes + 3) & ~3;
        MemoryMarshal.Write(_buffer, (uint)_bytes);
    }
}
