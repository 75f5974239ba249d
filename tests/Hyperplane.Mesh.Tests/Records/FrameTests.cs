using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Mesh.Records;

namespace Hyperplane.Mesh.Tests.Records;

/// <summary>Sealed frames without sockets.</summary>
public sealed class FrameTests
{
    private const int MaxBodyBytes = 200_000;
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(static i => (byte)(i * 7))];
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    [Fact]
    public void Messages_of_any_size_come_out_as_they_went_in_whatever_the_pieces()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            FrameWriter writer = Writer();
            FrameReader reader = Reader();
            var sent = new List<byte[]>();
            var got = new List<byte[]>();
            for (int i = 0; i < 300; i++)
            {
                byte[] body = new byte[random.Next(10) == 0 ? random.Next(MaxBodyBytes + 1) : random.Next(500)];
                random.NextBytes(body);
                if (writer.TryAdd((byte)(i % 200), body))
                    sent.Add(body);
                if (random.Next(3) > 0)
                    continue;
                ReadOnlySpan<byte> wire = writer.Sealed();
                wire = wire[..random.Next(wire.Length + 1)];
                Feed(reader, wire, random, got);
                writer.Sent(wire.Length);
            }

            Feed(reader, writer.Sealed(), random, got);
            Assert.InRange(sent.Count, 100, 300);
            Assert.Equal(sent, got);
        }
    }

    [Fact]
    public void Small_messages_travel_in_one_frame()
    {
        FrameWriter writer = Writer();
        for (int i = 0; i < 100; i++)
            Assert.True(writer.TryAdd(1, new byte[64]));
        ReadOnlySpan<byte> wire = writer.Sealed();
        Assert.Equal(20 + (100 * 68), wire.Length);
        Assert.Equal(100 * 68, BinaryPrimitives.ReadInt32LittleEndian(wire));
    }

    [Fact]
    public void Any_bit_changed_on_the_wire_leads_to_a_refusal_or_to_waiting_never_to_a_message()
    {
        FrameWriter writer = Writer();
        writer.TryAdd(9, new byte[33]);
        byte[] wire = writer.Sealed().ToArray();
        for (int bit = 0; bit < wire.Length * 8; bit++)
        {
            byte[] changed = [.. wire];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            FrameVerdict verdict = VerdictOf(changed);
            bool isLength = bit < 32; // a greater length waits, a smaller one does not open
            Assert.True(
                verdict is FrameVerdict.BadTag || (isLength && verdict is FrameVerdict.More or FrameVerdict.BadLength),
                $"bit {bit}: {verdict}");
            Assert.Equal(0, MessagesIn(changed));
        }
    }

    [Fact]
    public void A_frame_repeated_left_out_or_moved_does_not_open()
    {
        byte[][] frames = [.. Enumerable.Range(0, 3).Select(static _ => Array.Empty<byte>())];
        FrameWriter writer = Writer();
        for (int i = 0; i < frames.Length; i++)
        {
            writer.TryAdd(1, [(byte)i]);
            frames[i] = writer.Sealed().ToArray();
            writer.Sent(frames[i].Length);
        }

        Assert.Equal(FrameVerdict.More, VerdictOf([.. frames[0], .. frames[1], .. frames[2]]));
        Assert.Equal(FrameVerdict.BadTag, VerdictOf([.. frames[0], .. frames[0]]));
        Assert.Equal(FrameVerdict.BadTag, VerdictOf([.. frames[0], .. frames[2]]));
        Assert.Equal(FrameVerdict.BadTag, VerdictOf([.. frames[1], .. frames[0]]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(MaxBodyBytes + 5)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_length_out_of_range_is_refused_before_its_bytes_come(int length)
    {
        byte[] wire = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(wire, length);
        Assert.Equal(FrameVerdict.BadLength, VerdictOf(wire));
    }

    [Fact]
    public void Any_bytes_end_in_a_verdict_and_never_in_a_message() =>
        Prop.ForAll<byte[], ushort>(static (bytes, length) =>
        {
            byte[] wire = new byte[4 + 16 + (bytes.Length * 3)];
            BinaryPrimitives.WriteInt32LittleEndian(wire, length % ((bytes.Length * 3) + 2));
            byte[] all = [.. wire, .. bytes, .. bytes];
            return MessagesIn(all) + MessagesIn(bytes) == 0;
        }).Check(Runs);

    [Fact]
    public void Any_text_sealed_with_the_right_key_ends_in_a_verdict() =>
        Prop.ForAll<byte[]>(static text =>
        {
            if (text.Length == 0)
                return true;
            byte[] wire = new byte[20 + text.Length];
            BinaryPrimitives.WriteInt32LittleEndian(wire, text.Length);
            text.CopyTo(wire, 20);
            using var cipher = new FrameCipher(Key);
            cipher.Seal(wire.AsSpan(20), wire.AsSpan(4, 16));
            return VerdictOf(wire) is FrameVerdict.More or FrameVerdict.Malformed;
        }).Check(Runs);

    [Fact]
    public void Messages_that_do_not_fill_their_frame_are_malformed()
    {
        byte[] wire = new byte[20 + 5];
        BinaryPrimitives.WriteInt32LittleEndian(wire, 5);
        wire[20] = 2; // a body of two bytes, where one is
        using var cipher = new FrameCipher(Key);
        cipher.Seal(wire.AsSpan(20), wire.AsSpan(4, 16));
        Assert.Equal(FrameVerdict.Malformed, VerdictOf(wire));
    }

    [Fact]
    public void A_full_queue_takes_no_message_but_its_last_word()
    {
        FrameWriter writer = new(new FrameCipher(Key), 500_000);
        int added = 0;
        while (writer.TryAdd(1, new byte[1_000]))
            added++;
        Assert.InRange(added, 470, 499);
        Assert.InRange(writer.FreeBytes, 0, 1_023);
        writer.AddClose(MeshDownReason.Overflow);
        Assert.InRange(writer.QueuedBytes, 490_000, 500_000);
        FrameReader reader = Reader();
        byte[] wire = writer.Sealed().ToArray();
        int messages = 0;
        byte lastType = 0;
        byte lastBody = 0;
        for (int at = 0; at < wire.Length;)
        {
            Span<byte> space = reader.Space();
            int count = Math.Min(space.Length, wire.Length - at);
            wire.AsSpan(at, count).CopyTo(space);
            reader.Received(count);
            at += count;
            while (reader.Next(out lastType, out ReadOnlySpan<byte> body) == FrameVerdict.Message)
            {
                messages++;
                lastBody = body[0];
                if (lastType == RecordFormat.CloseType)
                    break;
            }
        }

        Assert.Equal(added + 1, messages);
        Assert.Equal(RecordFormat.CloseType, lastType);
        Assert.Equal((byte)MeshDownReason.Overflow, lastBody);
    }

    private static FrameWriter Writer() => new(new FrameCipher(Key), 4_000_000);

    private static FrameReader Reader() => new(new FrameCipher(Key), MaxBodyBytes);

    /// <summary>The first verdict that is no message.</summary>
    private static FrameVerdict VerdictOf(byte[] wire) => Read(wire).Verdict;

    private static int MessagesIn(byte[] wire) => Read(wire).Messages;

    private static (FrameVerdict Verdict, int Messages) Read(byte[] wire)
    {
        FrameReader reader = Reader();
        wire.CopyTo(reader.Space());
        reader.Received(wire.Length);
        for (int messages = 0; ; messages++)
        {
            FrameVerdict verdict = reader.Next(out _, out _);
            if (verdict != FrameVerdict.Message)
                return (verdict, messages);
        }
    }

    private static void Feed(FrameReader reader, ReadOnlySpan<byte> wire, Random random, List<byte[]> got)
    {
        while (wire.Length > 0)
        {
            Span<byte> space = reader.Space();
            Assert.NotEqual(0, space.Length);
            int count = Math.Min(wire.Length, random.Next(1, space.Length + 1));
            wire[..count].CopyTo(space);
            reader.Received(count);
            wire = wire[count..];
            FrameVerdict verdict;
            while ((verdict = reader.Next(out _, out ReadOnlySpan<byte> body)) == FrameVerdict.Message)
                got.Add(body.ToArray());
            Assert.Equal(FrameVerdict.More, verdict);
        }
    }
}
