namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>The system's time, moved forward by hand; timers run as ever.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
