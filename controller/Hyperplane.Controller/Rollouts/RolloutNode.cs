namespace Hyperplane.Controller.Rollouts;

/// <summary>A node as a roll-out sees it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
internal sealed record RolloutNode(int Id, string Name)
{
    /// <summary>Its last report; null when it never came.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>Whether it leaves, because it was asked to or by itself.</summary>
    public bool Draining { get; init; }

    /// <summary>Whether a router listens to what it announces.</summary>
    public bool Announces { get; init; }

    /// <summary>What it runs; 0 for nothing.</summary>
    public ulong Running { get; init; }

    /// <summary>What it refuses; 0 for nothing.</summary>
    public ulong Refused { get; init; }

    /// <summary>Why.</summary>
    public string? Refusal { get; init; }

    /// <summary>The version that it was given in its turn; 0 for none.</summary>
    public ulong Offered { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset OfferedAt { get; init; }

    /// <summary>Since when it has an offer that it did not take, of this version or one before.</summary>
    public DateTimeOffset WaitingSince { get; init; }
}
