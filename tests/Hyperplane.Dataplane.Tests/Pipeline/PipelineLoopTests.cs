using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class PipelineLoopTests
{
    private sealed class Beats : IHeartbeat
    {
        public TaskCompletionSource Hundred { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; private set; }

        public long LastNs { get; private set; }

        public void Beat(long nowNs)
        {
            LastNs = nowNs;
            if (++Count == 100)
                Hundred.TrySetResult();
        }
    }

    private readonly Bench _bench = new();
    private readonly Beats _beats = new();

    private PacketCounters Packets => _bench.Pipeline.Counters.Packets;

    private ulong Drops => Enum.GetValues<PacketCounter>()
        .Where(counter => counter.ToString().StartsWith("Drop", StringComparison.Ordinal))
        .Aggregate(0ul, (sum, counter) => sum + Packets[counter]);

    [Fact]
    public void Every_received_frame_is_forwarded_or_dropped_by_name_and_its_buffer_comes_back()
    {
        using var io = new MemoryFrameIo(64, transmitLimit: 20);
        var loop = new PipelineLoop(io, _bench.Pipeline, TimeProvider.System, _beats);
        var random = new Random(8);
        var sent = new byte[2_048];
        ulong injected = 0, taken = 0;
        for (int round = 0; round < 500; round++)
        {
            for (int i = 0; i < random.Next(64); i++)
            {
                var key = Frame.Key(Bench.Client, (ushort)random.Next(1, 90), Bench.Vip, 53, 17);
                if (io.TryInject(FrameMix.Of(random, key)))
                    injected++;
            }
            loop.RunOnce();
            while (random.Next(3) != 0 && io.TryTakeSent(sent, out _))
                taken++;
        }
        while (loop.RunOnce() > 0 || io.TryTakeSent(sent, out _))
            taken++;
        while (io.TryTakeSent(sent, out _))
            taken++;
        Assert.Equal(injected, Packets[PacketCounter.Received]);
        Assert.Equal(injected, Packets[PacketCounter.Forwarded] + Drops);
        Assert.True(Packets[PacketCounter.DropTransmitFull] > 0);
        Assert.Equal(64, io.FreeFrames);
    }

    [Fact]
    public async Task The_loop_beats_without_frames_and_ends_when_told()
    {
        using var io = new MemoryFrameIo(4);
        var loop = new PipelineLoop(io, _bench.Pipeline, TimeProvider.System, _beats);
        Task run = Task.Factory.StartNew(
            loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await _beats.Hundred.Task.WaitAsync(TimeSpan.FromSeconds(30));
        loop.Stop();
        await run.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(_beats.LastNs, 1, TimeProvider.System.GetTimestamp());
    }

    [Fact]
    public void New_tables_are_in_use_from_the_next_batch_on_and_only_the_newest()
    {
        using var io = new MemoryFrameIo(4);
        var loop = new PipelineLoop(io, _bench.Pipeline, TimeProvider.System, _beats);
        ModelTables without = _bench.Compiler.Compile(Bench.Model() with { Vips = [] }, 0, out _)!;
        ModelTables with = _bench.Compiler.Compile(Bench.Model(), 0, out _)!;
        loop.Apply(without);
        loop.Apply(with);
        Assert.Equal(_bench.Tables.Sequence, _bench.Pipeline.AppliedSequence);
        io.TryInject(Bench.Syn(1).Bytes());
        Assert.Equal(1, loop.RunOnce());
        Assert.Equal(with.Sequence, _bench.Pipeline.AppliedSequence);
        Assert.Equal(1ul, Packets[PacketCounter.Forwarded]);
        loop.Apply(without);
        io.TryInject(Bench.Syn(2).Bytes());
        loop.RunOnce();
        Assert.Equal(1ul, Packets[PacketCounter.DropNoVip]);
    }

    [Fact]
    public void A_node_without_a_model_drops_everything_by_name()
    {
        var pipeline = new PacketPipeline(
            new DataplaneOptions { Interface = "none", FlowCapacity = 1_024, HalfOpenCapacity = 256 },
            _bench.Cache, _bench.Hops, 1);
        Assert.Equal(PacketCounter.DropNoVip, pipeline.Process(Bench.Syn(1).Bytes(), 0, out _));
        Assert.Equal(PacketCounter.DropNoVip, pipeline.Process(Bench.Datagram(1).Bytes(), 0, out _));
        pipeline.EndBatch(0);
    }

    [Fact]
    public void The_counters_of_both_engines_are_summed_and_punted_frames_received_once()
    {
        using var io = new MemoryFrameIo(4);
        var loop = new PipelineLoop(io, _bench.Pipeline, TimeProvider.System, _beats);
        io.TryInject(Bench.Datagram(1).Bytes());
        loop.RunOnce();
        DataplaneCounters sum = _bench.Pipeline.Counters.Read(_bench.Tables, new FixedXdpCounters());
        Assert.Equal(100ul, sum.Packets[(int)PacketCounter.Received]);
        Assert.Equal(101ul, sum.Packets[(int)PacketCounter.Forwarded]);
        FlowCounters listener = sum.Listeners[Bench.UdpListener];
        uint slot = (uint)_bench.Tables.ListenerSlots[Bench.UdpListener];
        ulong inSlot = slot * 2, outSlot = (slot * 2) + 1;
        Assert.Equal(new FlowCounters(1, 1, 1 + inSlot, 42 + (inSlot * 10), outSlot, outSlot * 10), listener);
    }

    private sealed class FixedXdpCounters : ICachedCounters
    {
        public ulong Packets(PacketCounter counter) => 100;

        public (ulong Packets, ulong Bytes) Slot(uint counterSlot) => (counterSlot, counterSlot * 10ul);

        public (ulong Packets, ulong Bytes) TargetSlot(uint counterSlot) => (counterSlot + 500, counterSlot * 20ul);
    }
}
