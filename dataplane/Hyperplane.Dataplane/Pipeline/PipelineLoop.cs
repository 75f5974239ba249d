using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Queues;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>One pipeline thread's work: frames in, verdicts, frames out.</summary>
/// <remarks>Every received frame is counted once more, as forwarded or by its drop reason. <see cref="Run"/> owns the
/// thread it is called on; <see cref="Apply"/> and <see cref="Stop"/> may come from any thread. A loop that stood still
/// for longer than its limit has lost its flows to other nodes: it neither beats nor judges a frame any more, and
/// <see cref="Run"/> returns.</remarks>
public sealed class PipelineLoop
{
    private const int BatchFrames = 64;
    private const int WaitMs = 10;
    private const long SecondNs = 1_000_000_000;
    private const long MillisecondNs = 1_000_000;

    private readonly IFrameIo _io;
    private readonly PacketPipeline _pipeline;
    private readonly TimeProvider _time;
    private readonly IHeartbeat _heartbeat;
    private readonly FrameOutlet _outlet;
    private readonly HandOver? _handOver;
    private readonly long _longestGapNs;
    private readonly FrameSlot[] _batch = new FrameSlot[BatchFrames];
    private readonly HandedFrame[] _handed = new HandedFrame[BatchFrames];
    private ModelTables? _next;
    private bool _stopping;
    private long _lastBeatNs;
    private long _sleptMs;
    private bool _isCrowded;

    /// <summary>Joins the parts.</summary>
    /// <param name="io">Frames.</param>
    /// <param name="pipeline">Verdicts; from now on touched by this loop alone, and joined with the node's others
    /// before.</param>
    /// <param name="time">Its timestamps must be those that stamp cached flows: CLOCK_MONOTONIC on Linux.</param>
    /// <param name="heartbeat">Told before every batch.</param>
    /// <param name="longestGapMs">The longest time between two beats; 0 for any.</param>
    public PipelineLoop(
        IFrameIo io, PacketPipeline pipeline, TimeProvider time, IHeartbeat heartbeat, int longestGapMs = 0)
    {
        _outlet = new FrameOutlet(io, pipeline.Counters.Packets, pipeline.Wrapping);
        _longestGapNs = longestGapMs * MillisecondNs;
        _io = io;
        _pipeline = pipeline;
        _handOver = pipeline.HandOver;
        _time = time;
        _heartbeat = heartbeat;
    }

    /// <summary>When it beat last, nanoseconds of its clock; 0 before the first beat. Any thread may read.</summary>
    public long LastBeatNs => Volatile.Read(ref _lastBeatNs);

    /// <summary>How long it stood still when that was too long; 0 otherwise. Any thread may read.</summary>
    public long SleptMs => Volatile.Read(ref _sleptMs);

    /// <summary>Works until <see cref="Stop"/>, or until it stood still for too long.</summary>
    public void Run()
    {
        while (!Volatile.Read(ref _stopping) && SleptMs == 0)
        {
            if (RunOnce() == 0 && !_pipeline.IsBusy)
                Rest();
        }
    }

    /// <summary>Handles the frames that wait now, at most a batch of each origin, and what else is due; the number of
    /// frames.</summary>
    public int RunOnce()
    {
        long nowNs = NowNs();
        if (!TryBeat(nowNs))
            return 0;
        if (Volatile.Read(ref _next) is not null && Interlocked.Exchange(ref _next, null) is { } tables)
            _pipeline.Use(tables);
        int answers = _pipeline.TakeAnswers(nowNs);
        int handed = _handOver is null ? 0 : TakeHanded(_handOver, nowNs);
        int count = _io.Receive(_batch);
        _pipeline.TakeFins(nowNs);
        PacketCounters packets = _pipeline.Counters.Packets;
        for (int i = 0; i < count; i++)
        {
            packets.Add(PacketCounter.Received);
            Handle(_batch[i], nowNs);
        }
        if (count + answers + handed > 0)
            _io.Flush();
        _pipeline.EndBatch(nowNs);
        if (_pipeline.Flows.IsCrowded != _isCrowded)
            _heartbeat.Tell(_isCrowded = !_isCrowded);
        _handOver?.Ring();
        return count + handed;
    }

    /// <summary>Has the tables used from the next batch on; only the newest are.</summary>
    /// <remarks><see cref="PacketPipeline.AppliedSequence"/> tells when they are in use.</remarks>
    public void Apply(ModelTables tables) => Volatile.Write(ref _next, tables);

    /// <summary>Ends <see cref="Run"/> after the batch at hand.</summary>
    public void Stop() => Volatile.Write(ref _stopping, true);

    private bool TryBeat(long nowNs)
    {
        long gapNs = nowNs - _lastBeatNs;
        if (_longestGapNs > 0 && _lastBeatNs != 0 && gapNs > _longestGapNs)
            Volatile.Write(ref _sleptMs, gapNs / MillisecondNs);
        if (SleptMs != 0)
            return false;
        Volatile.Write(ref _lastBeatNs, nowNs);
        _heartbeat.Beat(nowNs);
        return true;
    }

    /// <summary>Frames that the other pipelines of the node handed over; they are counted as received there.</summary>
    private int TakeHanded(HandOver handOver, long nowNs)
    {
        int count = 0;
        for (int sender = 0; sender < handOver.Pipelines; sender++)
        {
            int taken = 0;
            while (taken < BatchFrames && handOver.TryTake(sender, out _handed[taken]))
                taken++;
            if (taken > 0)
                _pipeline.TakeFins(nowNs);
            foreach (ref readonly HandedFrame handed in _handed.AsSpan(0, taken))
                Finish(handed.Frame, _pipeline.ProcessHanded(handed, _io.Bytes(handed.Frame), nowNs), nowNs);
            count += taken;
        }
        handOver.LendPlaces();
        return count;
    }

    private void Rest()
    {
        if (_handOver is { } handOver && !handOver.TryRest())
            return;
        _io.Wait(_pipeline.WaitMs(NowNs(), WaitMs));
        _handOver?.GoOn();
    }

    private void Handle(FrameSlot frame, long nowNs)
    {
        PacketCounter verdict = _pipeline.Open(ref frame) ?? _pipeline.Process(_io.Bytes(frame), nowNs, out _);
        Finish(frame, verdict, nowNs);
    }

    private void Finish(FrameSlot frame, PacketCounter verdict, long nowNs)
    {
        if (verdict == PacketCounter.Parked)
            _pipeline.Park(frame, nowNs);
        else
            _outlet.Finish(frame, verdict);
    }

    private long NowNs()
    {
        long ticks = _time.GetTimestamp();
        long frequency = _time.TimestampFrequency;
        return frequency == SecondNs ? ticks : (long)((Int128)ticks * SecondNs / frequency);
    }
}
