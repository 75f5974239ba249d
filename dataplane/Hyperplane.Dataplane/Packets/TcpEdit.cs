using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Changes a TCP header in place; <see cref="Finish"/> updates its checksum by what changed (RFC 1624), so a
/// wrong one stays wrong.</summary>
internal readonly ref struct TcpEdit
{
    private const int SequenceOffset = 4;
    private const int AcknowledgementOffset = 8;
    private const int DataOffset = 12;
    private const int WindowOffset = 14;

    private readonly Span<byte> _segment;
    private readonly Span<byte> _header;
    private readonly ulong _sumBefore;

    /// <param name="segment">Whose header was read and found whole.</param>
    public TcpEdit(Span<byte> segment)
    {
        _segment = segment;
        _header = segment[..((segment[DataOffset] >> 4) * 4)];
        _sumBefore = InternetChecksum.Sum(_header);
    }

    public uint Sequence
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_header[SequenceOffset..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_header[SequenceOffset..], value);
    }

    public uint Acknowledgement
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_header[AcknowledgementOffset..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_header[AcknowledgementOffset..], value);
    }

    public ushort Window
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_header[WindowOffset..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_header[WindowOffset..], value);
    }

    public int DataBytes => _segment.Length - _header.Length;

    /// <summary>The first option of a kind; empty for none.</summary>
    public Span<byte> Option(byte kind) => TcpOption.Find(_header[TcpView.MinimumHeaderBytes..], kind);

    public void Finish() => Update(_sumBefore, InternetChecksum.Sum(_header));

    /// <summary>Takes the data off the checksum; the caller shortens the packet.</summary>
    public void CutData() => Update(
        InternetChecksum.Sum(_segment[_header.Length..]) + Network(_segment.Length), Network(_header.Length));

    private void Update(ulong oldSum, ulong newSum)
    {
        Span<byte> field = _header[TcpView.ChecksumOffset..];
        ushort checksum = MemoryMarshal.Read<ushort>(field);
        MemoryMarshal.Write(field, InternetChecksum.Update(checksum, InternetChecksum.Delta(oldSum, newSum)));
    }

    private static ulong Network(int value) => BitConverter.IsLittleEndian
        ? BinaryPrimitives.ReverseEndianness((ushort)value)
        : (ushort)value;
}
