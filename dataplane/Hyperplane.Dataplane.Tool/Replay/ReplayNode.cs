using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>A node's pipeline on frames in memory, in a capture's time.</summary>
internal sealed class ReplayNode : IDisposable
{
    /// <summary>The longest frame taken, in bytes: a page of the kernel's test run, less what it keeps for
    /// itself.</summary>
    public const int LongestFrameBytes = 3_400;

    private const int Buffers = 256;
    private const ulong Seed = 1;
    private const long TickNs = 100_000_000;

    private readonly MemoryFrameIo _io = new(Buffers, LongestFrameBytes);
    private readonly byte[] _sent = new byte[LongestFrameBytes];
    private readonly CaptureClock _clock = new();
    private readonly PipelineLoop _loop;
    private readonly FlowAdmission _admission;
    private readonly byte[] _judged = new byte[LongestFrameBytes];
    private bool _hasBegun;

    /// <summary>Starts a node.</summary>
    /// <param name="config">What it serves.</param>
    /// <param name="nextHops">Its Ethernet side.</param>
    /// <param name="cache">Where its established flows are cached.</param>
    public ReplayNode(HpdpConfig config, NextHopTable nextHops, IFlowCache cache)
    {
        NextHops = nextHops;
        var options = new DataplaneOptions
        {
            Interface = "replay",
            NodeId = config.NodeId,
            FlowCapacity = config.FlowCapacity,
            HalfOpenCapacity = config.HalfOpenCapacity,
            MaglevTableSize = config.MaglevTableSize,
            FirstSnatPort = config.SnatPorts.First,
            LastSnatPort = config.SnatPorts.Last,
        };
        Pipeline = new PacketPipeline(options, cache, nextHops, Seed, frames: _io, mtuBytes: config.MtuBytes);
        var compiler = new ModelCompiler(Pipeline.Counters, config.MaglevTableSize);
        Tables = compiler.Compile(ConfigModel.Of(config), Pipeline.AppliedSequence, out string? refusal)
            ?? throw new ToolFailure(ExitCode.Usage, refusal!);
        Pipeline.Use(Tables);
        if (config.SnatPorts.Begin is { } port)
            Pipeline.Ports.BeginAt(port);
        _admission = ConfigAdmission.Of(config, Pipeline.Flows);
        _loop = new PipelineLoop(_io, Pipeline, _clock, new NoHeartbeat());
    }

    /// <summary>Its verdicts and flows.</summary>
    public PacketPipeline Pipeline { get; }

    /// <summary>Its Ethernet side.</summary>
    public NextHopTable NextHops { get; }

    /// <summary>What it serves.</summary>
    public ModelTables Tables { get; }

    /// <summary>Its time.</summary>
    public long NowNs => _clock.NowNs;

    /// <summary>Lets time pass as on a node without frames; time never goes back.</summary>
    public void AdvanceTo(long timeNs, FrameSink sink)
    {
        long wantedNs = CaptureClock.Coarse(timeNs);
        if (!_hasBegun)
            _clock.NowNs = wantedNs;
        _hasBegun = true;
        while (_clock.NowNs < wantedNs)
        {
            // A node without flows has nothing to do until the next frame, which may be a year away.
            _clock.NowNs = HasFlows ? Math.Min(wantedNs, _clock.NowNs + TickNs) : wantedNs;
            do
                _loop.RunOnce();
            while (Pipeline.IsBusy);
            GiveAway(sink);
        }
    }

    /// <summary>Gives the pipeline one frame, at most <see cref="LongestFrameBytes"/>; its verdict.</summary>
    public PacketCounter Run(ReadOnlySpan<byte> frame, FrameSink sink)
    {
        frame.CopyTo(_judged);
        Span<byte> judged = _judged.AsSpan(0, frame.Length);
        if (_admission.Judge(judged, _clock.NowNs, out int answerBytes) is { } verdict)
        {
            if (answerBytes > 0)
                sink(judged[..answerBytes], _clock.NowNs);
            return verdict;
        }
        ulong[] before = Pipeline.Counters.Packets.ToArray();
        if (!_io.TryInject(frame))
            throw new InvalidOperationException("the frame is too long, or frames were not taken");
        _loop.RunOnce();
        ulong[] after = Pipeline.Counters.Packets.ToArray();
        GiveAway(sink);
        return CounterNames.Drop(before, after) ?? CounterNames.Way(before, after) ?? PacketCounter.Forwarded;
    }

    /// <inheritdoc/>
    public void Dispose() => _io.Dispose();

    private bool HasFlows
    {
        get
        {
            FlowTable flows = Pipeline.Flows;
            return flows.Count(FlowPool.HalfOpen) + flows.Count(FlowPool.Unconfirmed)
                + flows.Count(FlowPool.Established) + flows.Count(FlowPool.HoldDown) > 0;
        }
    }

    private void GiveAway(FrameSink sink)
    {
        while (_io.TryTakeSent(_sent, out int lengthBytes))
            sink(_sent.AsSpan(0, lengthBytes), _clock.NowNs);
    }
}
