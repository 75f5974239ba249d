namespace Hyperplane.Health;

/// <summary>How a node checks health.</summary>
public sealed record HealthCheckerOptions
{
    /// <summary>Probes that may run at a time, 1 to 65,536; each is a socket.</summary>
    /// <remarks>Targets that answer nothing keep theirs for a timeout. When none is left all others wait: by default
    /// 10,000 silent targets leave some.</remarks>
    public int MaxConcurrentProbes { get; init; } = 16_384;

    /// <summary>HTTPS probes that may run at a time, 1 to 4,096: a handshake costs memory and processor time. Others
    /// wait, which does not count against their timeouts.</summary>
    public int MaxConcurrentTls { get; init; } = 128;

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
        if (MaxConcurrentTls is < 1 or > 4_096)
            return "the number of concurrent HTTPS probes must be 1 to 4,096";
        return MaxTargets is < 1 or > 1_000_000 ? "the number of targets must be 1 to 1,000,000" : null;
    }
}
