using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Io;

/// <summary>Writes a classic pcap capture of Ethernet with nanoseconds, up to a size.</summary>
/// <remarks>Little-endian, as draft-ietf-opsawg-pcap allows. The stream is the caller's to dispose.</remarks>
public sealed class PcapWriter
{
    private const int FileHeaderBytes = 24;
    private const int RecordHeaderBytes = 16;
    private const uint NanosecondMagic = 0xa1b23c4d;
    private const uint Ethernet = 1;

    private readonly Stream _stream;
    private readonly long _maximumBytes;
    private readonly int _snapBytes;

    /// <summary>Writes the file header.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="maximumBytes">Frames that would pass this size are left out and counted.</param>
    /// <param name="snapBytes">Longer frames are cut to this.</param>
    public PcapWriter(Stream stream, long maximumBytes, int snapBytes = 65_535)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBytes, FileHeaderBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(snapBytes);
        _stream = stream;
        _maximumBytes = maximumBytes;
        _snapBytes = Math.Min(snapBytes, PcapReader.MaximumRecordBytes);
        Span<byte> header = stackalloc byte[FileHeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)_snapBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Ethernet);
        stream.Write(header);
        WrittenBytes = FileHeaderBytes;
    }

    /// <summary>Bytes of the capture so far.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Frames that no longer fitted.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Adds a frame; false when the capture is full.</summary>
    /// <param name="timeNs">Nanoseconds since 1970.</param>
    /// <param name="frame">Ethernet header first.</param>
    public bool TryWrite(long timeNs, ReadOnlySpan<byte> frame)
    {
        int captured = Math.Min(frame.Length, _snapBytes);
        if (WrittenBytes + RecordHeaderBytes + captured > _maximumBytes)
        {
            LeftOut++;
            return false;
        }
        Span<byte> header = stackalloc byte[RecordHeaderBytes];
        (long seconds, long fraction) = Math.DivRem(timeNs, 1_000_000_000L);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)fraction);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)captured);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)frame.Length);
        _stream.Write(header);
        _stream.Write(frame[..captured]);
        WrittenBytes += RecordHeaderBytes + captured;
        return true;
    }
}
