namespace Hyperplane.Bench.Health;

/// <summary>What was seen in one case, in the time after all targets took their places.</summary>
internal sealed record HealthRun
{
    /// <summary>Seconds it was looked at.</summary>
    public required double Seconds { get; init; }

    /// <summary>Probes that were due.</summary>
    public required int Due { get; init; }

    /// <summary>Slots in which a probe started.</summary>
    public required int Started { get; init; }

    /// <summary>Probes that ended otherwise than the target's fate says, and those that this node could not
    /// send.</summary>
    public required long Wrong { get; init; }

    /// <summary>Of the start behind the slot, ms.</summary>
    public required double LateP50Ms { get; init; }

    /// <summary>The same.</summary>
    public required double LateP99Ms { get; init; }

    /// <summary>The same.</summary>
    public required double LateMaxMs { get; init; }

    /// <summary>Mean of the first quarter of the time.</summary>
    public required double LateFirstMs { get; init; }

    /// <summary>Mean of the last quarter.</summary>
    public required double LateLastMs { get; init; }

    /// <summary>CPU time of the process, user and system, in seconds.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Of it the system's.</summary>
    public required double SystemSeconds { get; init; }

    /// <summary>Managed memory taken.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>The most memory the process had, in MB.</summary>
    public required double PeakMegabytes { get; init; }

    /// <summary>Seconds from the start until the last target that is well was known to be.</summary>
    public required double AllKnownSeconds { get; init; }

    /// <summary>The share of one core.</summary>
    public double Cores => CpuSeconds / Seconds;

    /// <summary>CPU time of a probe, in microseconds.</summary>
    public double MicrosPerProbe => CpuSeconds * 1e6 / Math.Max(Started, 1);
}
