namespace Hyperplane.Agent.Reports;

/// <summary>The rhythm of reports.</summary>
public sealed record ReportTimes
{
    /// <summary>Between two reports when nothing changes and the controller does not say otherwise; default 1
    /// s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The least a controller can ask for, and the pause after every report; default 10 ms.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The most a controller can ask for; default 60 s.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A report that takes longer is given up; default 5 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause after failures; default 2 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);
}
