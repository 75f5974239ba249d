namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>A clock turned by hand.</summary>
internal sealed class HandTime : TimeProvider
{
    public long NowNs { get; set; } = 1_000_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => NowNs;
}
