using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Queues;
using Hyperplane.Dataplane.Sharing;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Dataplane.Tests.Sharing;

namespace Hyperplane.Dataplane.Tests.Queues;

/// <summary>A node with pipelines in memory that hand frames over, and the directory's end of the exchange in the
/// test's hands.</summary>
internal sealed class QueuedNode : IDisposable
{
    /// <summary>The cell's.</summary>
    public const ulong Seed = 0x5eed;

    private const int Line = 64;
    private const int Buffers = 4_096;
    private const int Flows = 8_192;

    private readonly byte[] _frame = new byte[2_048];
    private readonly MemoryFrameIo[] _ios;
    private readonly PacketPipeline[] _pipelines;
    private readonly TimeProvider _time;
    private readonly ModelTables _tables;

    /// <param name="count">Pipelines.</param>
    /// <param name="model">Compiled once for all.</param>
    /// <param name="time">Their clock; one turned by hand by default.</param>
    /// <param name="line">Frames under way from one to another.</param>
    public QueuedNode(int count, DataplaneModel model, TimeProvider? time = null, int line = Line)
    {
        var homes = new FlowHomes(count, Seed);
        _time = time ?? new HandTime();
        Exchange.Split(homes);
        var commons = new NodeCommons();
        _ios = [.. Enumerable.Range(0, count).Select(_ => new MemoryFrameIo(Buffers + (count * line)))];
        HandOver[] handOvers = count > 1 ? HandOver.Join(homes, _ios, line) : [];
        _pipelines = [.. Enumerable.Range(0, count).Select(pipeline => new PacketPipeline(
            new DataplaneOptions
            {
                Interface = "none", NodeId = SharedBench.Self, Start = SharedBench.Start, CellSeed = Seed,
                FlowCapacity = Flows, HalfOpenCapacity = Flows, Queues = count, Pipeline = pipeline,
                Exchange = Exchange.Lines[pipeline], Commons = commons,
            },
            Cache, Hops, seed: 9, frames: _ios[pipeline], relayCache: new RecordingRelayCache(4_096),
            tunnel: new TunnelEnd(AddressBytes.Be(IPAddress.Parse(SharedBench.Fabric)), 1_500))
        {
            HandOver = count > 1 ? handOvers[pipeline] : null,
        })];
        Loops = [.. _pipelines.Select((one, i) => new PipelineLoop(_ios[i], one, _time, new NoHeartbeat()))];
        _tables = new ModelCompiler([.. _pipelines.Select(one => one.Counters)], 251)
            .Compile(model, 0, out string? refusal)!;
        Assert.Null(refusal);
        for (int i = 0; i < count; i++)
        {
            _pipelines[i].Use(_tables);
            _pipelines[i].UsePeers(
            [
                SharedBench.PeerOf(SharedBench.Peer, SharedBench.PeerStart),
                SharedBench.PeerOf(SharedBench.OtherPeer, 66),
            ]);
            Exchange.Lines[i].AnswersWaiting = _ios[i].Wake;
        }
        FreeAtFirst = FreeFrames;
    }

    public FlowExchange Exchange { get; } = new(4_096);

    public FixedNextHops Hops { get; } = new();

    /// <summary>Of all pipelines, and not for threads: flows are established by one at a time.</summary>
    public RecordingFlowCache Cache { get; } = new(4 * Flows);

    public PipelineLoop[] Loops { get; }

    public int FreeAtFirst { get; }

    public int FreeFrames => _ios.Sum(io => io.FreeFrames);

    public DataplaneCounters Counters =>
        PipelineCounters.Read([.. _pipelines.Select(one => one.Counters)], _tables, cached: null);

    public ulong Count(PacketCounter counter) => Counters.Packets[(int)counter];

    /// <summary>What one pipeline alone counted.</summary>
    public ulong Count(PacketCounter counter, int pipeline) => _pipelines[pipeline].Counters.Packets[counter];

    public int Established => _pipelines.Sum(one => one.Flows.Count(FlowPool.Established));

    public void Pass(long ns) => ((HandTime)_time).NowNs += ns;

    public bool TryInject(ReadOnlySpan<byte> frame, int queue) => _ios[queue].TryInject(frame);

    /// <summary>Lets all pipelines work until none has anything left to do; the end of a batch may hand frames over,
    /// too.</summary>
    public void Settle()
    {
        int quiet = 0;
        for (int i = 0; quiet < 2 * Loops.Length; i = (i + 1) % Loops.Length)
            quiet = Loops[i].RunOnce() > 0 || _pipelines[i].IsBusy ? 0 : quiet + 1;
    }

    /// <summary>All that left, by any queue.</summary>
    public List<byte[]> Sent()
    {
        var sent = new List<byte[]>();
        foreach (MemoryFrameIo io in _ios)
        {
            while (io.TryTakeSent(_frame, out int length))
                sent.Add(_frame[..length]);
        }
        return sent;
    }

    /// <summary>The next frame that left, without allocation; its length, or 0.</summary>
    public int TakeSent(Span<byte> frame)
    {
        foreach (MemoryFrameIo io in _ios)
        {
            if (io.TryTakeSent(frame, out int length))
                return length;
        }
        return 0;
    }

    public List<FlowRequest> Requests()
    {
        var requests = new List<FlowRequest>();
        while (Exchange.TryReadRequest(out FlowRequest request))
            requests.Add(request);
        return requests;
    }

    public void Answer(in FlowAnswer answer) =>
        Assert.True(Exchange.Lines[Exchange.LineOf(answer.Key)].Answers.TryWrite(answer));

    public void Dispose()
    {
        foreach (MemoryFrameIo io in _ios)
            io.Dispose();
    }
}
