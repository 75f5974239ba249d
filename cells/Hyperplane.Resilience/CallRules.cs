using Polly;
using Polly.Timeout;

namespace Hyperplane.Resilience;

/// <summary>How the calls of one kind to one destination are made.</summary>
public sealed record CallRules<T>
{
    /// <summary>The destination's; one for all calls to it.</summary>
    public required RetryBudget Budget { get; init; }

    /// <summary>The pauses between attempts.</summary>
    public required RetryPauses Pauses { get; init; }

    /// <summary>What an attempt's end means; one that took too long ends with a
    /// <see cref="TimeoutRejectedException"/>.</summary>
    public required Func<Outcome<T>, CallVerdict> Judge { get; init; }

    /// <summary>The most attempts after the first, at least 1. Null: the call is made until it succeeds, and an empty
    /// budget means the longest pause instead of the end.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>How long one attempt may take; null when something else limits it.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>The pause that the destination asked for, which is kept then; null when it asked for none.</summary>
    public Func<Outcome<T>, TimeSpan?>? AskedPause { get; init; }

    /// <summary>Hears of each failure that is followed by another attempt, before the pause.</summary>
    public Func<CallFailure<T>, ValueTask>? OnFailure { get; init; }

    /// <summary>Pauses; null: the clock's timer does.</summary>
    public Func<TimeSpan, CancellationToken, Task>? PauseAsync { get; init; }
}
