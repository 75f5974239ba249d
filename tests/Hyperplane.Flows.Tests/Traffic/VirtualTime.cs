using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>The cell's time as a clock for pipelines.</summary>
internal sealed class VirtualTime(SimulatedCell cell) : TimeProvider
{
    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => cell.NowNs;
}
