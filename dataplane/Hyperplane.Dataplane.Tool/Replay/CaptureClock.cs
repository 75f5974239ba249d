namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>The time of a capture in the place of CLOCK_MONOTONIC.</summary>
/// <remarks>In steps of 2^20 ns, a millisecond, as the XDP program stamps its entries: so both engines know the same of
/// a flow's last frame.</remarks>
internal sealed class CaptureClock : TimeProvider
{
    private const int StepShift = 20;

    /// <summary>Nanoseconds since 1970.</summary>
    public long NowNs { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => NowNs;

    /// <summary>A time without what the steps leave out.</summary>
    public static long Coarse(long timeNs) => timeNs >> StepShift << StepShift;
}
