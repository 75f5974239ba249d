namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>How sources of SYNs beyond a limit are asked whether they are there.</summary>
internal sealed record ChallengesConfig
{
    /// <summary>The most in a second, 0 to 10,000,000; 0 for none.</summary>
    public int PerSecond { get; init; } = 1_000_000;

    /// <summary>How long a source that answered is known, 1 to 3,600.</summary>
    public int KnownSeconds { get; init; } = 60;
}
