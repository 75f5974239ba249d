namespace Hyperplane.Health;

/// <summary>How a node checks health.</summary>
public sealed record HealthCheckerOptions
{
    /// <summary>Probes that may run at a time, 1 to 65,536; each is a socket.</summary>
    public int MaxConcurrentProbes { get; init; } = 4096;

    /// <summary>Targets that can be checked, 1 to 1,000,000.</summary>
    public int MaxTargets { get; init; } = 65_536;

    /// <summary>Spreads the probes over their intervals; give each node another one.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What is wrong with these options; null: nothing.</summary>
    public string? FindProblem()
    {
        if (MaxConcurrentProbes is < 1 or > 65_536)
            return "the number of concurrent probes must be 1 to 65,536";
        return MaxTargets is < 1 or > 1_000_000 ? "the number of targets must be 1 to 1,000,000" : null;
    }
}
