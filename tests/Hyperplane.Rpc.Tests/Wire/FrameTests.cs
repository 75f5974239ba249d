using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Hyperplane.Rpc.Tests.Wire;

public sealed class FrameTests
{
    private const int Limit = 1000;
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    [Fact]
    public void Any_bytes_in_any_pieces_give_a_verdict_and_never_a_message_beyond_the_limit()
    {
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(0, 64)];
            random.NextBytes(bytes);
            if (bytes.Length > 4)
                bytes[0] = (byte)random.Next(3);
            if (bytes.Length > 4 && random.Next(2) == 0)
                new byte[] { 0, 0, 0, (byte)random.Next(64) }.CopyTo(bytes, 1);
            FrameVerdict verdict = FrameDecoder.TryRead(Cut(bytes, random), Limit, out ReadOnlySequence<byte> message);
            Assert.Equal(Judge(bytes), verdict);
            if (verdict == FrameVerdict.Message)
                Assert.Equal(bytes[5..(5 + (int)message.Length)], message.ToArray());
        }
    }

    [Fact]
    public async Task Messages_come_out_of_any_pieces_as_they_went_in()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            byte[][] messages = new byte[random.Next(0, 10)][];
            using var stream = new MemoryStream();
            for (int i = 0; i < messages.Length; i++)
            {
                messages[i] = new byte[random.Next(0, Limit + 1)];
                random.NextBytes(messages[i]);
                using var buffer = new FrameBuffer(Limit);
                stream.Write(buffer.Encode(Raw, messages[i]).Span);
            }

            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            Task feeding = FeedAsync(pipe.Writer, stream.ToArray(), random);
            var reader = new FrameReader(pipe.Reader, Limit, StatusCode.Unimplemented);
            foreach (byte[] expected in messages)
            {
                (bool found, byte[] message) = await reader.ReadAsync(Raw, CancellationToken.None);
                Assert.True(found, $"seed {seed}");
                Assert.Equal(expected, message);
            }

            Assert.False((await reader.ReadAsync(Raw, CancellationToken.None)).Found, $"seed {seed}");
            await feeding;
        }
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_message_is_internal_wherever_it_ends()
    {
        using var buffer = new FrameBuffer(Limit);
        byte[] frame = buffer.Encode(Raw, [1, 2, 3]).ToArray();
        for (int length = 1; length < frame.Length; length++)
        {
            var reader = new FrameReader(
                PipeReader.Create(new ReadOnlySequence<byte>(frame, 0, length)), Limit, StatusCode.Unimplemented);
            RpcException e = await Assert.ThrowsAsync<RpcException>(
                async () => await reader.ReadAsync(Raw, CancellationToken.None));
            Assert.Equal(StatusCode.Internal, e.StatusCode);
        }
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_by_its_prefix_alone()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF }); // and nothing follows
        var reader = new FrameReader(pipe.Reader, Limit, StatusCode.Unimplemented);

        RpcException e = await Assert.ThrowsAsync<RpcException>(
            async () => await reader.ReadAsync(Raw, CancellationToken.None));

        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
    }

    [Fact]
    public void A_marshaller_writes_as_it_likes_and_must_complete()
    {
        byte[] payload = new byte[900];
        new Random(1).NextBytes(payload);
        var piecewise = Marshallers.Create<byte[]>(
            (message, context) =>
            {
                foreach (byte b in message)
                    context.GetBufferWriter().Write([b]);
                context.Complete();
            },
            context => context.PayloadAsNewBuffer());
        using var buffer = new FrameBuffer(Limit);
        Assert.Equal(buffer.Encode(Raw, payload).ToArray(), buffer.Encode(piecewise, payload).ToArray());
        Assert.Throws<RpcException>(() => buffer.Encode(piecewise, new byte[Limit + 1]));
        var never = Marshallers.Create<byte[]>((_, _) => { }, _ => []);
        Assert.Throws<InvalidOperationException>(() => buffer.Encode(never, []));
    }

    [Fact]
    public void Protobuf_messages_survive_the_way_through_the_buffers()
    {
        Marshaller<Note> marshaller = Marshallers.ForProtobuf(Note.Parser);
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            byte[] data = new byte[random.Next(0, 5000)];
            random.NextBytes(data);
            var note = new Note { Text = $"ü{seed}", Data = ByteString.CopyFrom(data), Count = (uint)seed };
            using var buffer = new FrameBuffer(10_000);
            byte[] frame = buffer.Encode(marshaller, note).ToArray();
            Assert.Equal(note.ToByteArray(), frame[5..]);
        }
    }

    /// <summary>The rules once more, on a plain array.</summary>
    private static FrameVerdict Judge(byte[] bytes)
    {
        if (bytes.Length < 5)
            return FrameVerdict.Incomplete;
        if (bytes[0] != 0)
            return bytes[0] == 1 ? FrameVerdict.Compressed : FrameVerdict.BadFlag;
        long length = ((long)bytes[1] << 24) | ((long)bytes[2] << 16) | ((long)bytes[3] << 8) | bytes[4];
        if (length > Limit)
            return FrameVerdict.TooLarge;
        return bytes.Length - 5 < length ? FrameVerdict.Incomplete : FrameVerdict.Message;
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, Random random)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, 0);
        Segment last = first;
        int taken = 0;
        while (taken < bytes.Length)
        {
            int length = random.Next(0, bytes.Length - taken + 1);
            last = last.Append(bytes.AsMemory(taken, length));
            taken += length;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static async Task FeedAsync(PipeWriter writer, byte[] bytes, Random random)
    {
        int taken = 0;
        while (taken < bytes.Length)
        {
            int length = random.Next(1, Math.Min(bytes.Length - taken, 700) + 1);
            await writer.WriteAsync(bytes.AsMemory(taken, length));
            await Task.Yield();
            taken += length;
        }

        await writer.CompleteAsync();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
