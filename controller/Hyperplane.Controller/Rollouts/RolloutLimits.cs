namespace Hyperplane.Controller.Rollouts;

/// <summary>How patient a roll-out is.</summary>
/// <param name="LiveTime">How long after its last report a node counts as live.</param>
internal sealed record RolloutLimits(TimeSpan LiveTime)
{
    private static readonly TimeSpan LeastTakeTime = TimeSpan.FromSeconds(5);

    /// <summary>A node that says after this that it has not taken its offer is passed over.</summary>
    public TimeSpan TakeTime => LiveTime > LeastTakeTime ? LiveTime : LeastTakeTime;

    /// <summary>A node that falls silent within this of its offer fell ill with it.</summary>
    public TimeSpan BlameTime => TakeTime + LeastTakeTime;
}
