using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Io;

/// <summary>Reads classic pcap captures of Ethernet, in either byte order, micro- or nanoseconds.</summary>
/// <remarks>Format: draft-ietf-opsawg-pcap. A capture that breaks off, or a record that cannot be, ends the reading;
/// what came before is good, and <see cref="Problem"/> says what was met.</remarks>
public sealed class PcapReader
{
    /// <summary>The longest record taken, in bytes.</summary>
    public const int MaximumRecordBytes = 262_144;

    private const int FileHeaderBytes = 24;
    private const int RecordHeaderBytes = 16;
    private const uint Ethernet = 1;

    private readonly Stream _stream;
    private readonly bool _isBigEndian;
    private readonly long _fractionNs;
    private readonly byte[] _header = new byte[RecordHeaderBytes];
    private byte[] _frame = new byte[2_048];

    private PcapReader(Stream stream, bool isBigEndian, long fractionNs)
    {
        _stream = stream;
        _isBigEndian = isBigEndian;
        _fractionNs = fractionNs;
    }

    /// <summary>Why reading ended before the end of the capture; null while it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the file header; null and the reason when it is no capture of Ethernet.</summary>
    public static PcapReader? Open(Stream stream, out string? problem)
    {
        Span<byte> header = stackalloc byte[FileHeaderBytes];
        if (stream.ReadAtLeast(header, FileHeaderBytes, throwOnEndOfStream: false) < FileHeaderBytes)
        {
            problem = "shorter than a pcap header";
            return null;
        }
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        (bool isBigEndian, long fractionNs) = magic switch
        {
            0xa1b2c3d4 => (true, 1_000L),
            0xd4c3b2a1 => (false, 1_000L),
            0xa1b23c4d => (true, 1L),
            0x4d3cb2a1 => (false, 1L),
            _ => (false, 0L),
        };
        if (fractionNs == 0)
        {
            problem = $"not a classic pcap file (magic {magic:x8})";
            return null;
        }
        uint link = isBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(header[20..])
            : BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        // The upper four bits tell of a frame check sequence.
        problem = (link & 0x0fff_ffff) == Ethernet ? null : $"link type {link}; only Ethernet (1) is read";
        return problem is null ? new PcapReader(stream, isBigEndian, fractionNs) : null;
    }

    /// <summary>Reads the next frame; false at the end, or when <see cref="Problem"/> is set.</summary>
    public bool TryRead(out PcapRecord record)
    {
        record = default;
        if (Problem is not null)
            return false;
        int read = _stream.ReadAtLeast(_header, RecordHeaderBytes, throwOnEndOfStream: false);
        if (read < RecordHeaderBytes)
        {
            Problem = read == 0 ? null : "breaks off inside a record's header";
            return false;
        }
        uint captured = Word(8);
        if (captured > MaximumRecordBytes)
        {
            Problem = $"a record of {captured} bytes; at most {MaximumRecordBytes} are taken";
            return false;
        }
        if (captured > _frame.Length)
            _frame = new byte[MaximumRecordBytes];
        if (_stream.ReadAtLeast(_frame.AsSpan(0, (int)captured), (int)captured, throwOnEndOfStream: false) < captured)
        {
            Problem = "breaks off inside a record";
            return false;
        }
        long timeNs = (Word(0) * 1_000_000_000L) + (Word(4) * _fractionNs);
        record = new PcapRecord(timeNs, Word(12), _frame.AsMemory(0, (int)captured));
        return true;
    }

    private uint Word(int offset) => _isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(offset))
        : BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(offset));
}
