using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>The pipelines of one start of a node, each with its frames and its loop, and the model of the XDP program
/// before them.</summary>
internal sealed class NodePipelines : IDisposable
{
    private const int Frames = 256;
    private const int FrameBytes = 192;
    private const int LineFrames = 32;

    private readonly MemoryFrameIo[] _ios;
    private readonly PacketPipeline[] _pipelines;
    private readonly PipelineLoop[] _loops;
    private readonly HandOver[] _handOvers;
    private readonly ModelCompiler _compiler;
    private readonly int _freeAtFirst;
    private readonly byte[] _frame = new byte[FrameBytes];

    /// <param name="options">Of the node.</param>
    /// <param name="hops">The Ethernet side.</param>
    /// <param name="ports">First and last source port.</param>
    /// <param name="time">Their clock.</param>
    /// <param name="prefixes">What is ours.</param>
    public NodePipelines(
        DataplaneOptions options, CellNextHops hops, (ushort First, ushort Last) ports, TimeProvider time,
        PrefixSet prefixes)
    {
        int count = options.Queues;
        FlowExchange exchange = options.Exchange!;
        var homes = new FlowHomes(count, options.CellSeed);
        exchange.Split(homes);
        var cache = new RecordingFlowCache(512);
        var commons = new NodeCommons();
        _ios =
        [
            .. Enumerable.Range(0, count).Select(_ =>
                new MemoryFrameIo(Frames + (LineFrames * (count - 1)), FrameBytes)),
        ];
        _handOvers = count == 1 ? [] : HandOver.Join(homes, _ios, LineFrames);
        _pipelines =
        [
            .. Enumerable.Range(0, count).Select(number => new PacketPipeline(
                options with { Pipeline = number, Exchange = exchange.Lines[number], Commons = commons },
                cache, hops, options.Start, ports, _ios[number], Relays)
            {
                HandOver = count == 1 ? null : _handOvers[number],
            }),
        ];
        _loops =
        [
            .. _pipelines.Select((pipeline, number) =>
                new PipelineLoop(_ios[number], pipeline, time, new NoBeat(), options.StallTimeoutMs)),
        ];
        foreach (FlowExchange line in exchange.Lines)
            line.AnswersWaiting = exchange.AnswersWaiting;
        _compiler = new ModelCompiler([.. _pipelines.Select(pipeline => pipeline.Counters)], 251);
        Xdp = new CachedPath(cache, hops, prefixes) { Relays = Relays };
        _freeAtFirst = FreeFrames;
    }

    public IReadOnlyList<PacketPipeline> All => _pipelines;

    public CachedPath Xdp { get; }

    public RecordingRelayCache Relays { get; } = new(512);

    public bool HasAllFrames => FreeFrames == _freeAtFirst;

    /// <summary>Whether a loop found that it stood still for too long.</summary>
    public bool Slept => _loops.Any(loop => loop.SleptMs != 0);

    /// <summary>When the one that is behind beat last.</summary>
    public long LastBeatNs => _loops.Min(loop => loop.LastBeatNs);

    private int FreeFrames => _ios.Sum(io => io.FreeFrames);

    /// <summary>Frames of all pipelines.</summary>
    public ulong Count(PacketCounter counter)
    {
        ulong sum = 0;
        foreach (PacketPipeline pipeline in _pipelines)
            sum += pipeline.Counters.Packets[counter];
        return sum;
    }

    /// <summary>Flows of all pipelines.</summary>
    public int Flows(FlowPool pool) => _pipelines.Sum(pipeline => pipeline.Flows.Count(pool));

    /// <summary>The pipeline that has a flow of a key, and where; null when none has.</summary>
    public (PacketPipeline Pipeline, int Slot)? Find(in FlowKey key)
    {
        foreach (PacketPipeline pipeline in _pipelines)
        {
            int slot = pipeline.Flows.Find(key, out _);
            if (slot != FlowTable.None)
                return (pipeline, slot);
        }
        return null;
    }

    public void Apply(DataplaneModel model)
    {
        ModelTables? tables = _compiler.Compile(
            model, _pipelines.Min(pipeline => pipeline.AppliedSequence), out string? refusal);
        Assert.Null(refusal);
        foreach (PipelineLoop loop in _loops)
            loop.Apply(tables!);
    }

    public void UsePeers(PeerNode[] peers, CellNextHops hops, ushort node)
    {
        foreach (PacketPipeline pipeline in _pipelines)
            pipeline.UsePeers(peers);
        Xdp.Peers = new PeerTable(peers, hops, node);
    }

    public bool TryInject(byte[] frame, int queue) => _ios[queue].TryInject(frame);

    /// <summary>Has one pipeline work until it has nothing left to do.</summary>
    /// <param name="number">Which.</param>
    /// <param name="send">Gets what it sends.</param>
    /// <returns>Whether it handed frames over.</returns>
    public bool Run(int number, Action<byte[]> send)
    {
        PacketCounters packets = _pipelines[number].Counters.Packets;
        ulong handedOver = packets[PacketCounter.HandedOver];
        PipelineLoop loop = _loops[number];
        while (loop.RunOnce() > 0 || (_pipelines[number].IsBusy && loop.SleptMs == 0))
            SendAll(number, send);
        SendAll(number, send);
        return packets[PacketCounter.HandedOver] != handedOver;
    }

    /// <summary>Frames on their way from one pipeline to another; they go nowhere any more.</summary>
    public ulong TakeHanded()
    {
        ulong frames = 0;
        foreach (HandOver handOver in _handOvers)
        {
            for (int sender = 0; sender < _handOvers.Length; sender++)
            {
                while (handOver.TryTake(sender, out _))
                    frames++;
            }
        }
        return frames;
    }

    public void Dispose() => Array.ForEach(_ios, io => io.Dispose());

    private void SendAll(int number, Action<byte[]> send)
    {
        while (_ios[number].TryTakeSent(_frame, out int length))
            send(_frame[..length]);
    }

    /// <summary>Loops keep the time of their last beat themselves.</summary>
    private sealed class NoBeat : IHeartbeat
    {
        public void Beat(long nowNs)
        {
        }
    }
}
