namespace Hyperplane.Bench.Health;

/// <summary>What bare connects at the same rate cost.</summary>
/// <param name="Seconds">How long.</param>
/// <param name="Connects">How many.</param>
/// <param name="CpuSeconds">CPU time of the process, user and system.</param>
/// <param name="Answered">Of them, by an accept or a reset.</param>
internal sealed record BareRun(double Seconds, int Connects, double CpuSeconds, int Answered)
{
    /// <summary>The share of one core.</summary>
    public double Cores => CpuSeconds / Seconds;
}
