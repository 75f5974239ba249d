namespace Hyperplane.Agent.Snapshots;

/// <summary>The rhythm of asking for snapshots.</summary>
public sealed record AskTimes
{
    /// <summary>How long the controller may hold an ask open; at most, and by default, 2 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The body is asked for at least this often; default 60 s.</summary>
    public TimeSpan Body { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same while the last snapshot is refused, to learn when the refusal is history; default 10
    /// s.</summary>
    public TimeSpan BodyWhenRefused { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An ask with all its pieces takes at most this long beyond <see cref="Wait"/>; default 30 s.</summary>
    public TimeSpan Transfer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between the beginnings of two asks; default 20 ms.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>First pause after a failure, doubled each time, jittered between a half and the whole; default 100
    /// ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause after failures and refusals; default 2 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);
}
