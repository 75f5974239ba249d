using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>One pipeline thread's work: frames in, verdicts, frames out.</summary>
/// <remarks>Every received frame is counted once more, as forwarded or by its drop reason. <see cref="Run"/> owns the
/// thread it is called on; <see cref="Apply"/> and <see cref="Stop"/> may come from any thread.</remarks>
public sealed class PipelineLoop
{
    private const int BatchFrames = 64;
    private const int WaitMs = 10;
    private const long SecondNs = 1_000_000_000;

    private readonly IFrameIo _io;
    private readonly PacketPipeline _pipeline;
    private readonly TimeProvider _time;
    private readonly IHeartbeat _heartbeat;
    private readonly FrameSlot[] _batch = new FrameSlot[BatchFrames];
    private ModelTables? _next;
    private bool _stopping;

    /// <summary>Joins the parts.</summary>
    /// <param name="io">Frames.</param>
    /// <param name="pipeline">Verdicts; from now on touched by this loop alone.</param>
    /// <param name="time">Its timestamps must be those that stamp cached flows: CLOCK_MONOTONIC on Linux.</param>
    /// <param name="heartbeat">Told before every batch.</param>
    public PipelineLoop(IFrameIo io, PacketPipeline pipeline, TimeProvider time, IHeartbeat heartbeat)
    {
        _io = io;
        _pipeline = pipeline;
        _time = time;
        _heartbeat = heartbeat;
    }

    /// <summary>Works until <see cref="Stop"/>.</summary>
    public void Run()
    {
        while (!Volatile.Read(ref _stopping))
        {
            if (RunOnce() == 0 && !_pipeline.IsBusy)
                _io.Wait(WaitMs);
        }
    }

    /// <summary>Handles the frames that wait now, at most a batch, and what else is due; the number of
    /// frames.</summary>
    public int RunOnce()
    {
        if (Volatile.Read(ref _next) is not null && Interlocked.Exchange(ref _next, null) is { } tables)
            _pipeline.Use(tables);
        long nowNs = NowNs();
        _heartbeat.Beat(nowNs);
        int count = _io.Receive(_batch);
        PacketCounters packets = _pipeline.Counters.Packets;
        for (int i = 0; i < count; i++)
        {
            packets.Add(PacketCounter.Received);
            packets.Add(Handle(_batch[i], nowNs));
        }
        if (count > 0)
            _io.Flush();
        _pipeline.EndBatch(nowNs);
        return count;
    }

    /// <summary>Has the tables used from the next batch on; only the newest are.</summary>
    /// <remarks><see cref="PacketPipeline.AppliedSequence"/> tells when they are in use.</remarks>
    public void Apply(ModelTables tables) => Volatile.Write(ref _next, tables);

    /// <summary>Ends <see cref="Run"/> after the batch at hand.</summary>
    public void Stop() => Volatile.Write(ref _stopping, true);

    private PacketCounter Handle(FrameSlot frame, long nowNs)
    {
        PacketCounter verdict = _pipeline.Process(_io.Bytes(frame), nowNs, out _);
        if (verdict == PacketCounter.Forwarded)
        {
            if (_io.Transmit(frame))
                return verdict;
            verdict = PacketCounter.DropTransmitFull;
        }
        _io.Release(frame);
        return verdict;
    }

    private long NowNs()
    {
        long ticks = _time.GetTimestamp();
        long frequency = _time.TimestampFrequency;
        return frequency == SecondNs ? ticks : (long)((Int128)ticks * SecondNs / frequency);
    }
}
