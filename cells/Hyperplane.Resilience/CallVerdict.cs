namespace Hyperplane.Resilience;

/// <summary>What the end of an attempt means.</summary>
public enum CallVerdict
{
    /// <summary>The destination did what it is there for, be it to refuse: a success for the budget.</summary>
    Answered,

    /// <summary>It failed, and the same call would fail again.</summary>
    Failed,

    /// <summary>It failed, and the same call may succeed later.</summary>
    Transient,
}
