using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Tests.Io;

public sealed class PcapTests
{
    private static byte[] Header(uint magic, uint link, bool isBigEndian)
    {
        var header = new byte[24];
        Write(header, 0, magic, isBigEndian);
        Write(header, 20, link, isBigEndian);
        return header;
    }

    private static byte[] Record(uint seconds, uint fraction, uint captured, uint original, bool isBigEndian, int bytes)
    {
        var record = new byte[16 + bytes];
        Write(record, 0, seconds, isBigEndian);
        Write(record, 4, fraction, isBigEndian);
        Write(record, 8, captured, isBigEndian);
        Write(record, 12, original, isBigEndian);
        record.AsSpan(16).Fill(0x5a);
        return record;
    }

    private static void Write(byte[] bytes, int offset, uint value, bool isBigEndian)
    {
        if (isBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(offset), value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
    }

    [Theory]
    [InlineData(0xa1b2c3d4, true, 7_000)]
    [InlineData(0xa1b2c3d4, false, 7_000)]
    [InlineData(0xa1b23c4d, true, 7)]
    [InlineData(0xa1b23c4d, false, 7)]
    public void Both_byte_orders_and_both_resolutions_are_read(uint magic, bool isBigEndian, long fractionNs)
    {
        byte[] file = [.. Header(magic, 1, isBigEndian), .. Record(3, 7, 5, 90, isBigEndian, 5)];
        PcapReader? reader = PcapReader.Open(new MemoryStream(file), out string? problem);
        Assert.Null(problem);
        Assert.True(reader!.TryRead(out PcapRecord record));
        Assert.Equal((3_000_000_000 + fractionNs, 90u, 5), (record.TimeNs, record.OriginalBytes, record.Frame.Length));
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Problem);
    }

    [Fact]
    public void What_was_written_is_read_back() => Prop.ForAll<byte[][], uint>((frames, seconds) =>
    {
        var stream = new MemoryStream();
        var writer = new PcapWriter(stream, 1_000_000);
        foreach (byte[] frame in frames)
            writer.TryWrite((seconds * 1_000_000_000L) + frame.Length, frame);
        Assert.Equal(stream.Length, writer.WrittenBytes);
        stream.Position = 0;
        PcapReader reader = PcapReader.Open(stream, out _)!;
        foreach (byte[] frame in frames)
        {
            Assert.True(reader.TryRead(out PcapRecord record));
            Assert.Equal(frame, record.Frame.ToArray());
            Assert.Equal((seconds * 1_000_000_000L) + frame.Length, record.TimeNs);
        }
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Problem);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_end_in_frames_or_a_problem() => Prop.ForAll<byte[], bool>((bytes, whole) =>
    {
        byte[] file = whole ? [.. Header(0xa1b2c3d4, 1, false), .. bytes] : bytes;
        PcapReader? reader = PcapReader.Open(new MemoryStream(file), out string? problem);
        Assert.Equal(reader is null, problem is not null);
        int frames = 0;
        while (reader is not null && reader.TryRead(out _))
            Assert.InRange(++frames, 1, file.Length);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_capture_that_breaks_off_keeps_what_came_before()
    {
        byte[] file =
        [
            .. Header(0xa1b2c3d4, 1, false), .. Record(1, 0, 5, 5, false, 5), .. Record(1, 0, 5, 5, false, 4),
        ];
        PcapReader reader = PcapReader.Open(new MemoryStream(file), out _)!;
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal("breaks off inside a record", reader.Problem);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void A_record_larger_than_can_be_is_not_believed()
    {
        byte[] file = [.. Header(0xa1b2c3d4, 1, false), .. Record(1, 0, uint.MaxValue, 5, false, 5)];
        PcapReader reader = PcapReader.Open(new MemoryStream(file), out _)!;
        Assert.False(reader.TryRead(out _));
        Assert.StartsWith("a record of 4294967295 bytes", reader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_and_other_links_are_refused_with_a_reason()
    {
        Assert.Null(PcapReader.Open(new MemoryStream(new byte[23]), out string? problem));
        Assert.Equal("shorter than a pcap header", problem);
        Assert.Null(PcapReader.Open(new MemoryStream(Header(0x0a0d0d0a, 1, true)), out problem));
        Assert.Equal("not a classic pcap file (magic 0a0d0d0a)", problem);
        Assert.Null(PcapReader.Open(new MemoryStream(Header(0xa1b2c3d4, 101, false)), out problem));
        Assert.Equal("link type 101; only Ethernet (1) is read", problem);
    }

    [Fact]
    public void A_full_capture_leaves_frames_out_and_counts_them()
    {
        var stream = new MemoryStream();
        var writer = new PcapWriter(stream, 24 + 16 + 10, snapBytes: 10);
        Assert.True(writer.TryWrite(0, new byte[100]));
        Assert.False(writer.TryWrite(0, new byte[1]));
        Assert.Equal((1, 50), (writer.LeftOut, stream.Length));
        stream.Position = 0;
        Assert.True(PcapReader.Open(stream, out _)!.TryRead(out PcapRecord record));
        Assert.Equal((100u, 10), (record.OriginalBytes, record.Frame.Length));
    }
}
