using System.Buffers.Binary;
using Hyperplane.Bench.Dataplane;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Queues;

namespace Hyperplane.Bench.NewFlows;

/// <summary>New TCP flows over several queues: a pipeline thread a queue, on a CPU each, one set of maps in the kernel;
/// every frame arrives at the queue that a hash of its ports says, as an adapter would have it.</summary>
/// <remarks>By the threads' CPU time in the pipelines' loops that had something to do, without that of whoever writes,
/// answers and absorbs the frames. With one queue it is the baseline, by the same frames and the same memory.</remarks>
internal sealed class QueueFlows : IDisposable
{
    private const int Rounds = 7;
    private const int FlowsOfRound = 60_000;
    private const int InFlight = 192;
    private const int Line = 512;
    private const int Buffers = 8_192;
    private const int FrameBytes = 128;
    private const int FlowCapacity = 1_048_576;
    private const int FlowsOfClient = 50_000;
    private const int SegmentBytes = 54;

    private readonly HyperplaneProgram _program;
    private readonly MemoryFrameIo[] _ios;
    private readonly PacketPipeline[] _pipelines;
    private readonly PipelineLoop[] _loops;
    private readonly Barrier _barrier;
    private readonly double[] _seconds;
    private int _established;

    private QueueFlows(int queues)
    {
        _program = HyperplaneProgram.Load(FlowCapacity * 2, 0, queues, counterSlots: 16);
        _ios = [.. Enumerable.Range(0, queues).Select(_ => new MemoryFrameIo(Buffers, FrameBytes))];
        HandOver[] handOvers = queues > 1 ? HandOver.Join(new FlowHomes(queues, 0), _ios, Line) : [];
        _pipelines = [.. Enumerable.Range(0, queues).Select(queue => new PacketPipeline(
            new DataplaneOptions
            {
                Interface = "none", FlowCapacity = FlowCapacity / queues, HalfOpenCapacity = 65_536,
                Queues = queues, Pipeline = queue,
            },
            _program.CacheWithoutFins,
            new FixedNextHop(new NextHop(1, 2, 1, 1)), seed: 1, frames: _ios[queue])
        {
            HandOver = queues > 1 ? handOvers[queue] : null,
        })];
        var compiler = new ModelCompiler([.. _pipelines.Select(one => one.Counters)], 65_537);
        ModelTables tables = compiler.Compile(PipelineFlows.Model(), 0, out string? refusal)
            ?? throw new InvalidOperationException(refusal);
        foreach (PacketPipeline pipeline in _pipelines)
            pipeline.Use(tables);
        _loops = [.. _pipelines.Select((one, i) =>
            new PipelineLoop(_ios[i], one, TimeProvider.System, new PipelineHeartbeat(_program.Heartbeats, i)))];
        _barrier = new Barrier(queues);
        _seconds = new double[queues];
    }

    /// <summary>Of each round the flows a second of one core, and the share of frames that were handed over.</summary>
    public static (double[] PerCore, double HandedOver) Measure(int queues)
    {
        using var bench = new QueueFlows(queues);
        var rates = new double[Rounds];
        Thread[] threads = [.. Enumerable.Range(0, queues).Select(queue => new Thread(() => bench.Run(queue, rates)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        int established = bench._pipelines.Sum(one => one.Flows.Count(FlowPool.Established));
        if (established != Rounds * FlowsOfRound)
            throw new InvalidOperationException($"{established} flows were established, not {Rounds * FlowsOfRound}");
        return (rates[1..], bench.Count(PacketCounter.HandedOver) / bench.Count(PacketCounter.Received));
    }

    public void Dispose()
    {
        _barrier.Dispose();
        Array.ForEach(_ios, io => io.Dispose());
        _program.Dispose();
    }

    private double Count(PacketCounter counter) => _pipelines.Sum(one => (double)one.Counters.Packets[counter]);

    private void Run(int queue, double[] rates)
    {
        BenchThread.Pin(queue % Environment.ProcessorCount);
        byte[] frame = new byte[FrameBytes];
        int share = FlowsOfRound / _ios.Length;
        for (int round = 0; round < Rounds; round++)
        {
            _seconds[queue] = 0;
            _barrier.SignalAndWait();
            int first = (queue * Rounds * share) + (round * share);
            int opened = 0;
            int target = (round + 1) * FlowsOfRound;
            while (Volatile.Read(ref _established) < target)
            {
                int before = round * FlowsOfRound;
                bool mayOpen = (opened * _ios.Length) - (Volatile.Read(ref _established) - before)
                    < InFlight * _ios.Length;
                for (int i = 0; i < BatchFrames.Frames && mayOpen && opened < share; i++)
                    Open(first + opened++, frame);
                Step(queue);
                Absorb(queue, frame);
            }
            _barrier.SignalAndWait();
            if (queue == 0)
                rates[round] = FlowsOfRound / _seconds.Sum();
        }
    }

    private void Step(int queue)
    {
        double began = BenchThread.CpuSeconds();
        if (_loops[queue].RunOnce() > 0)
            _seconds[queue] += BenchThread.CpuSeconds() - began;
    }

    private void Open(int flow, byte[] frame)
    {
        uint client = BinaryPrimitives.ReverseEndianness(0x0a090001 + (uint)(flow / FlowsOfClient));
        BatchFrames.WriteSyn(
            frame.AsSpan(0, SegmentBytes), client, (ushort)(10_000 + (flow % FlowsOfClient)),
            PacketAddress.Of(PipelineFlows.Vip), 80);
        Arrive(frame.AsSpan(0, SegmentBytes));
    }

    /// <summary>What left comes back as its receiver's answer; the last segment of a handshake ends it.</summary>
    private void Absorb(int queue, byte[] frame)
    {
        while (_ios[queue].TryTakeSent(frame, out int length))
        {
            Span<byte> segment = frame.AsSpan(0, length);
            var flags = (TcpFlags)segment[SegmentBytes - 7];
            if (flags == TcpFlags.Ack)
            {
                Interlocked.Increment(ref _established);
                continue;
            }
            BatchFrames.Answer(segment, flags == TcpFlags.Syn);
            Arrive(segment);
        }
    }

    private void Arrive(ReadOnlySpan<byte> frame)
    {
        ulong hash = FlowHash.Of(BinaryPrimitives.ReadUInt32LittleEndian(frame[34..]), 7);
        if (!_ios[(int)(hash % (ulong)_ios.Length)].TryInject(frame))
            throw new InvalidOperationException("no memory is left for a frame");
    }
}
