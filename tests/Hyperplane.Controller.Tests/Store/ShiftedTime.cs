namespace Hyperplane.Controller.Tests.Store;

/// <summary>The system's time, moved forward by hand; timers run as ever.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _shiftTicks;

    /// <summary>Moves forward.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _shiftTicks, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shiftTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        System.GetTimestamp(
            ) + (long)(Interlocked.Read(ref _shiftTicks) * ((double)TimestampFrequency / TimeSpan.TicksPerSecond));
}
