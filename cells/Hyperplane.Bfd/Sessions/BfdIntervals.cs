namespace Hyperplane.Bfd;

/// <summary>How fast a session runs: how often packets go and come, and how many may be lost.</summary>
/// <remarks>The slower of both ends rules each direction; a peer counts as dead after its multiplier times that
/// interval (RFC 5880 6.8.4).</remarks>
public sealed record BfdIntervals
{
    /// <summary>300 ms × 3.</summary>
    public static BfdIntervals Default { get; } = new();

    /// <summary>100 ms × 3.</summary>
    public static BfdIntervals Fast { get; } = new() { DesiredMinTxMs = 100, RequiredMinRxMs = 100 };

    /// <summary>50 ms × 3, for a thread that runs in real time.</summary>
    public static BfdIntervals Fastest { get; } = new() { DesiredMinTxMs = 50, RequiredMinRxMs = 50 };

    /// <summary>We would like to send this often, 10..10000 ms.</summary>
    public int DesiredMinTxMs { get; init; } = 300;

    /// <summary>We can take packets this often, 10..10000 ms.</summary>
    public int RequiredMinRxMs { get; init; } = 300;

    /// <summary>Packets of ours whose loss lets the peer give us up, 1..255.</summary>
    public int DetectMult { get; init; } = 3;

    /// <summary>Detection time if the peer has the same intervals, in nanoseconds.</summary>
    public long DetectionNs => DetectMult * Math.Max(DesiredMinTxMs, RequiredMinRxMs) * 1_000_000L;

    /// <summary>Everything wrong with these intervals, for the operator; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (DesiredMinTxMs is < 10 or > 10_000)
            problems.Add($"desired transmit interval {DesiredMinTxMs} ms is not in 10..10000");
        if (RequiredMinRxMs is < 10 or > 10_000)
            problems.Add($"required receive interval {RequiredMinRxMs} ms is not in 10..10000");
        if (DetectMult is < 1 or > 255)
            problems.Add($"detection multiplier {DetectMult} is not in 1..255");
        return problems;
    }
}
