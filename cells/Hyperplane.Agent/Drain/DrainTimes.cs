namespace Hyperplane.Agent.Drain;

/// <summary>How long the steps of a drain take.</summary>
public sealed record DrainTimes
{
    /// <summary>Without forward packets for this long, the routers have moved; default 1 s.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>VIPs are withdrawn at the latest after this long; default 10 s.</summary>
    public TimeSpan LongestShutting { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the withdrawal of VIPs to that of SNAT addresses; default 1 s.</summary>
    public TimeSpan VipsToSnat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From the withdrawal of SNAT addresses to the end; default 500 ms.</summary>
    public TimeSpan SnatToEnd { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the routers get to hear the last words (Cease); default 2 s.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(2);
}
