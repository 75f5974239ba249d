using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Dataplane.Tests.Sharing;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.BadInput;

/// <summary>A million random and mutated frames, and a directory that answers anything, through the pipeline and its
/// loop. The same stream meets the XDP program in <see cref="Kernel.DifferentialTests"/>.</summary>
public sealed class MillionFramesTests : IDisposable
{
    private const int Frames = 1_000_000;
    private const int WarmFrames = 100_000;
    private const int WarmRounds = 16;
    private const int Rounds = 40;
    private const int Batch = 64;
    private const int Buffers = 4_096;
    private const int LeastCounters = 32;

    private static readonly FlowKey[] Keys =
    [
        .. Enumerable.Range(1, 100).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 80)),
        .. Enumerable.Range(1, 100).Select(i => Frame.Key(Bench.Client, (ushort)i, Bench.Vip, 53, 17)),
        .. Enumerable.Range(1, 100).Select(i => Frame.Key(Bench.Client6, (ushort)i, Bench.Vip6, 80)),
        .. Enumerable.Range(1, 100).Select(i => Frame.Key(Bench.Client6, (ushort)i, Bench.Vip6, 53, 17)),
        .. Enumerable.Range(2_000, 60).Select(i => Frame.Key("2001:db8:a::1", 8_080, Bench.Snat6, (ushort)i)),
        .. Enumerable.Range(2_000, 60).Select(i => Frame.Key("10.0.0.6", 8_080, Bench.Snat, (ushort)i, 17)),
        .. Enumerable.Range(2_000, 60).Select(i => Frame.Key("10.0.0.1", 8_080, Bench.Snat, (ushort)i)),
        .. Enumerable.Range(7_000, 60).Select(i => Frame.Key("10.0.0.2", 8_080, SharedBench.OtherSnat, (ushort)i)),
        Frame.Key(Bench.Vip, 80, Bench.Vip, 80), Frame.Key(Bench.Client, 1, Bench.Vip, 81),
        Frame.Key(Bench.Client, 1, "198.51.100.77", 80), Frame.Key(Bench.Client6, 1, "2001:db8:10::77", 80),
    ];

    private readonly Random _random = new(20_261);
    private readonly WatchedFrameIo _io = new(Buffers);
    private readonly FlowExchange _exchange = new(32);
    private readonly FixedNextHops _hops = new();
    private readonly HandTime _time = new();
    private readonly PacketPipeline _pipeline;
    private readonly PipelineLoop _loop;
    private readonly HostileFrames _frames;
    private readonly FlowRecord[] _records;
    private readonly byte[] _buffer = new byte[2_048];
    private readonly PeerNode[][] _peers =
    [
        [SharedBench.PeerOf(5, 55), new PeerNode(6, IPAddress.Parse("172.17.0.6"), 66, IsAlive: true)],
        [SharedBench.PeerOf(5, 55, isAlive: false), new PeerNode(6, IPAddress.Parse("172.17.0.6"), 67, IsAlive: true)],
    ];

    public MillionFramesTests()
    {
        var options = new DataplaneOptions
        {
            Interface = "none", NodeId = SharedBench.Self, Start = SharedBench.Start, FlowCapacity = 80,
            HalfOpenCapacity = 20, Exchange = _exchange,
        };
        var tunnel = new TunnelEnd(AddressBytes.Be(IPAddress.Parse(SharedBench.Fabric)), 1_400);
        _pipeline = new PacketPipeline(
            options, new RecordingFlowCache(100), _hops, seed: 9, (2_000, 2_015), _io,
            new RecordingRelayCache(1_024), tunnel, mtuBytes: 1_400);
        var compiler = new ModelCompiler(_pipeline.Counters, 251);
        _pipeline.Use(compiler.Compile(Bench.DualModel(), 0, out _)!);
        _pipeline.UsePeers(_peers[0]);
        _loop = new PipelineLoop(_io, _pipeline, _time, new NoHeartbeat());
        var pool = new FramePool(
            SharedBench.Fabric, ["172.16.0.5", "172.17.0.6", "172.16.0.9"],
            [SharedBench.MacOf(SharedBench.Peer), SharedBench.MacOf(9)]);
        _frames = new HostileFrames(_random, pool.Make(_random, Keys, 5_000));
        _records =
        [
            .. Enumerable.Range(0, 256).Select(i => SharedBench.RecordOf(
                (ushort)(1 + (i % 100)), (FlowRecordState)(i % 5), i % 2 == 0 ? (byte)6 : (byte)17,
                owner: (ushort)(i % 3 == 0 ? SharedBench.Self : 5 + (i % 2)),
                start: i % 3 == 0 ? SharedBench.Start : i % 2 == 0 ? 55u : 66u, snatPort: (ushort)(7_000 + (i % 60)))),
        ];
    }

    public void Dispose() => _io.Dispose();

    [Fact]
    public void Each_is_counted_under_a_reason_a_dropped_one_is_left_as_it_came_and_nothing_is_allocated()
    {
        int given = 0;
        // Whatever rounds differ in comes before: what is first used there is compiled there, which allocates.
        for (int round = 0; round < WarmRounds; round++)
        {
            Vary(round);
            given += Give(WarmFrames / WarmRounds);
        }

        Assert.Equal(0, Allocations.In(Rounds, _ => given += Give(Frames / Rounds), before: Vary));
        Assert.Equal((ulong)given, Count(PacketCounter.Received));
        SharedBench.ExpectTrueCounts(Count);
        Assert.Null(_io.Seen.Changed);
        Assert.InRange(_io.Seen.Dropped, Frames / 4, given);
        PacketCounter[] seen = [.. Enum.GetValues<PacketCounter>().Where(counter => Count(counter) > 0)];
        Assert.True(seen.Length >= LeastCounters, $"only {string.Join(", ", seen)}");
        LetEverythingEnd();
        SharedBench.ExpectTrueCounts(Count);
        Assert.Equal(Count(PacketCounter.Parked), Count(PacketCounter.Released));
        Assert.Equal(Buffers, _io.FreeFrames);
        foreach (FlowPool pool in new[] { FlowPool.HalfOpen, FlowPool.Unconfirmed, FlowPool.Established })
            Assert.Equal(0, _pipeline.Flows.Count(pool));
    }

    /// <summary>Other peers, and now and then a next hop that nobody resolved.</summary>
    private void Vary(int round)
    {
        _pipeline.UsePeers(_peers[round % _peers.Length]);
        _hops.Resolved[1] = round % 8 != 7;
    }

    /// <summary>At least so many frames, what comes back for those that leave included; their number.</summary>
    private int Give(int frames)
    {
        int given = 0;
        while (given < frames)
        {
            for (int i = 0; i < Batch; i++)
                given += _io.TryInject(_buffer.AsSpan(0, _frames.Next(_buffer))) ? 1 : 0;
            _time.NowNs += _random.Next(400) == 0 ? 20_000_000_000 : _random.Next(8_000_000);
            _loop.RunOnce();
            while (_io.TryTakeSent(_buffer, out int length))
            {
                if (_random.Next(2) == 0 && TryTurn(length))
                    given += _io.TryInject(_buffer.AsSpan(0, Odd(length))) ? 1 : 0;
            }
            while (_exchange.Requests.TryRead(out FlowRequest request))
                Answer(request);
        }
        while (_loop.RunOnce() > 0)
        {
            while (_io.TryTakeSent(_buffer, out _))
            {
                // Frames leave.
            }
        }
        return given;
    }

    /// <summary>What its receiver might answer: addresses and ports the other way round.</summary>
    private bool TryTurn(int length)
    {
        bool isIpv4 = _buffer[12] == 8;
        int transport = 14 + (isIpv4 ? (_buffer[14] & 15) * 4 : 40);
        (int source, int bytes) = isIpv4 ? (26, 4) : (22, 16);
        if (transport + 20 > length)
            return false;
        Exchange(_buffer.AsSpan(source, bytes), _buffer.AsSpan(source + bytes, bytes));
        Exchange(_buffer.AsSpan(transport, 2), _buffer.AsSpan(transport + 2, 2));
        if (_buffer[isIpv4 ? 23 : 20] != 6)
            return true;
        Exchange(_buffer.AsSpan(transport + 4, 4), _buffer.AsSpan(transport + 8, 4));
        if (_buffer[transport + 13] == (byte)TcpFlags.Syn)
            _buffer[transport + 13] = (byte)(TcpFlags.Syn | TcpFlags.Ack);
        return true;
    }

    private int Odd(int length) => _random.Next(8) == 0 ? _frames.Mutate(_buffer, length) : length;

    private void Answer(in FlowRequest request)
    {
        if (_random.Next(8) == 0)
            return;
        var kind = (FlowAnswerKind)_random.Next((int)FlowAnswerKind.NotMine + 2);
        FlowRecord record = request.Kind is FlowRequestKind.Insert or FlowRequestKind.Update && _random.Next(2) == 0
            ? request.Record
            : _records[_random.Next(_records.Length)];
        FlowKey key = _random.Next(4) == 0 ? record.Forward : request.Key;
        if (kind is FlowAnswerKind.Lost or FlowAnswerKind.Displaced or FlowAnswerKind.Relay && _random.Next(2) == 0)
            (record.OwnerNode, record.OwnerStart) = (SharedBench.Peer, SharedBench.PeerStart);
        _exchange.Answers.TryWrite(new FlowAnswer { Kind = kind, Key = key, Record = record });
    }

    private void LetEverythingEnd()
    {
        for (int second = 0; second < 900; second++)
        {
            _time.NowNs += 1_000_000_000;
            do
                _loop.RunOnce();
            while (_pipeline.IsBusy);
            while (_exchange.Requests.TryRead(out _) || _io.TryTakeSent(_buffer, out _))
            {
                // Nobody answers any more.
            }
        }
    }

    private ulong Count(PacketCounter counter) => _pipeline.Counters.Packets[counter];

    private static void Exchange(Span<byte> left, Span<byte> right)
    {
        for (int i = 0; i < left.Length; i++)
            (left[i], right[i]) = (right[i], left[i]);
    }
}
