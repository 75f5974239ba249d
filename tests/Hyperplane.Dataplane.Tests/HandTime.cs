namespace Hyperplane.Dataplane.Tests;

/// <summary>A clock that a test moves.</summary>
internal sealed class HandTime : TimeProvider
{
    public long NowNs { get; set; } = 1_000_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => NowNs;
}
