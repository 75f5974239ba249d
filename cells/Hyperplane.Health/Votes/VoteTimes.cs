namespace Hyperplane.Health;

/// <summary>The rhythm of votes.</summary>
public static class VoteTimes
{
    /// <summary>Every so often a node sends one page of its ballot to each other node, whatever changed.</summary>
    public const long IntervalMs = 250;

    /// <summary>A vote counts for so many of its ballot's rounds after it came: 2 s, when a ballot is one
    /// page.</summary>
    public const int FreshRounds = 8;
}
