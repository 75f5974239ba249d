namespace Hyperplane.Bfd;

/// <summary>What the speaker asks and tells; all are called on its thread and must neither block nor allocate
/// much.</summary>
/// <remarks>One that throws is counted (<see cref="BfdSpeaker.CallbackFailures"/>) and harms no session; an
/// <see cref="IsFresh"/> that throws counts as no.</remarks>
public sealed record BfdCallbacks
{
    /// <summary>Asked before each packet with the time (<see cref="MonotonicClock"/>): does this node forward? While it
    /// says no, nothing at all leaves, not even a goodbye, so that neighbours notice.</summary>
    public Func<long, bool> IsFresh { get; init; } = static _ => true;

    /// <summary>A session has changed its state.</summary>
    public Action<BfdChange>? Changed { get; init; }

    /// <summary>The thread did not run for so many nanoseconds, longer than the shortest detection time; no peer has
    /// been judged yet.</summary>
    public Action<long>? Gap { get; init; }
}
