using System.Buffers.Binary;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>The gate of the packet path: after start-up it allocates nothing, whatever comes.</summary>
public sealed class ZeroAllocationTests
{
    private sealed class LastBeat : IHeartbeat
    {
        public long AtNs { get; private set; }

        public void Beat(long nowNs) => AtNs = nowNs;
    }

    private readonly Bench _bench = new(flows: 2_000, halfOpen: 500, cacheEntries: 3_000, model: Bench.DualModel());
    private readonly HandTime _time = new();
    private readonly LastBeat _beat = new();
    private readonly byte[] _frame = new byte[2_048];
    private int _handled;

    [Fact]
    public void A_hundred_thousand_mixed_frames_allocate_nothing()
    {
        using var io = new MemoryFrameIo(256);
        var loop = new PipelineLoop(io, _bench.Pipeline, _time, _beat);
        FlowKey[] keys =
        [
            .. Enumerable.Range(1, 400).Select(i => i % 2 == 0
                ? Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 80)
                : Frame.Key(Bench.Client6, (ushort)i, Bench.Vip6, 80)),
        ];
        var random = new Random(5);
        byte[][] noise = [.. Enumerable.Range(0, 4_000).Select(_ => FrameMix.Of(random, keys[random.Next(400)]))];
        byte[][] syns = [.. Enumerable.Range(1, 1_000).Select(i => Segment((ushort)i, TcpFlags.Syn, 1_000, 0))];
        byte[][] acks = [.. Enumerable.Range(1, 1_000).Select(i => Segment((ushort)i, TcpFlags.Ack, 1_001, 5_001))];
        byte[][] ends = [.. Enumerable.Range(1, 1_000).Select(i => Segment(
            (ushort)i, i % 3 == 0 ? TcpFlags.Rst : TcpFlags.Fin | TcpFlags.Ack, 1_001, 5_001))];
        byte[][] datagrams = [.. Enumerable.Range(1, 1_000).Select(i => Bench.Datagram((ushort)i, 1, 2, 3).Bytes())];
        byte[][] datagrams6 =
        [
            .. Enumerable.Range(1, 1_000).Select(i =>
                new Frame(Bench.Client6, (ushort)i, Bench.Vip6, 53) { Protocol = 17, Payload = [1, 2, 3] }.Bytes()),
        ];

        Round();
        int handledBefore = _handled;
        long allocated = Allocations.In(9, _ => Round());
        Assert.InRange(_handled - handledBefore, 100_000, int.MaxValue);
        Assert.InRange(_bench.Cache.Installs, 10_000, int.MaxValue);
        Assert.InRange(_bench.Cache.Removals, 10_000, int.MaxValue);
        Assert.Equal(_time.NowNs, _beat.AtNs);
        Assert.Equal(0, allocated);

        void Round()
        {
            for (int i = 0; i < 1_000; i++)
            {
                Give(io, loop, syns[i], TcpFlags.Syn | TcpFlags.Ack);
                Give(io, loop, acks[i], TcpFlags.Ack);
                Give(io, loop, datagrams[i], TcpFlags.None);
                Give(io, loop, datagrams6[i], TcpFlags.None);
                Give(io, loop, ends[i], TcpFlags.Ack);
                for (int j = 0; j < 4; j++)
                    Give(io, loop, noise[(4 * i) + j], TcpFlags.Ack);
                for (int j = 0; j < 4; j++)
                    Give(io, loop, noise[random.Next(noise.Length)], TcpFlags.Psh | TcpFlags.Ack);
            }
        }
    }

    /// <summary>One frame through the loop; when it comes out, the target answers.</summary>
    private void Give(MemoryFrameIo io, PipelineLoop loop, byte[] frame, TcpFlags answer)
    {
        _time.NowNs += 3_000_000;
        io.TryInject(frame);
        _handled += loop.RunOnce();
        if (!io.TryTakeSent(_frame, out int length))
            return;
        bool isIpv4 = _frame[12] == 8;
        int transport = 14 + (isIpv4 ? (_frame[14] & 15) * 4 : 40);
        (int source, int bytes) = isIpv4 ? (26, 4) : (22, 16);
        Exchange(_frame.AsSpan(source, bytes), _frame.AsSpan(source + bytes, bytes));
        Exchange(_frame.AsSpan(transport, 2), _frame.AsSpan(transport + 2, 2));
        if (_frame[isIpv4 ? 23 : 20] == 6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(transport + 4), 5_000);
            _frame[transport + 13] = (byte)answer;
        }
        io.TryInject(_frame.AsSpan(0, length));
        _handled += loop.RunOnce();
        io.TryTakeSent(_frame, out _);
    }

    private static byte[] Segment(ushort port, TcpFlags flags, uint sequence, uint acknowledgement) =>
        (Bench.Syn(port) with { Flags = flags, Sequence = sequence, Acknowledgement = acknowledgement }).Bytes();

    private static void Exchange(Span<byte> left, Span<byte> right)
    {
        for (int i = 0; i < left.Length; i++)
            (left[i], right[i]) = (right[i], left[i]);
    }
}
