using System.Buffers.Binary;
using System.Text;

namespace Hyperplane.Mesh.Handshakes;

/// <summary>The first words of each side, 104 bytes, little endian: magic, version, node, addressee, six zeros, start,
/// nonce, length and bytes of the cell's name.</summary>
internal readonly record struct MeshHello(ushort Node, ushort To, ulong Start)
{
    public const int Bytes = 104;
    public const int NonceBytes = 16;
    public const int MaxCellBytes = 63;
    public const ushort Version = 1;
    private const uint Magic = 0x31_4d_50_48; // "HPM1"
    private const int NonceAt = 24;
    private const int CellAt = 40;

    /// <summary>How much of the hello must be there before <see cref="CheckBegin"/> can judge.</summary>
    public const int BeginBytes = 6;

    public static ReadOnlySpan<byte> Nonce(ReadOnlySpan<byte> hello) => hello.Slice(NonceAt, NonceBytes);

    /// <summary>Whether the other side speaks this version of this protocol.</summary>
    public static MeshRefusal CheckBegin(ReadOnlySpan<byte> hello)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(hello) != Magic)
            return MeshRefusal.BadMagic;
        return BinaryPrimitives.ReadUInt16LittleEndian(hello[4..]) == Version
            ? MeshRefusal.None
            : MeshRefusal.UnknownVersion;
    }

    public static MeshRefusal TryRead(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> cell, out MeshHello read)
    {
        read = default;
        MeshRefusal begin = CheckBegin(hello);
        if (begin != MeshRefusal.None)
            return begin;
        int cellBytes = hello[CellAt];
        if (cellBytes > MaxCellBytes || !hello.Slice(CellAt + 1, cellBytes).SequenceEqual(cell))
            return MeshRefusal.OtherCell;
        read = new MeshHello(
            BinaryPrimitives.ReadUInt16LittleEndian(hello[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(hello[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hello[16..]));
        return MeshRefusal.None;
    }

    public void Write(Span<byte> hello, string cell, ReadOnlySpan<byte> nonce)
    {
        hello[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(hello, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(hello[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(hello[6..], Node);
        BinaryPrimitives.WriteUInt16LittleEndian(hello[8..], To);
        BinaryPrimitives.WriteUInt64LittleEndian(hello[16..], Start);
        nonce.CopyTo(hello.Slice(NonceAt, NonceBytes));
        hello[CellAt] = (byte)Encoding.UTF8.GetBytes(cell, hello.Slice(CellAt + 1, MaxCellBytes));
    }
}
