namespace Hyperplane.Health;

/// <summary>Judges a desired set before any of it is used.</summary>
internal static class DesiredTargets
{
    /// <summary>By target and group; throws <see cref="ArgumentException"/> on the first thing that is wrong.</summary>
    public static Dictionary<(uint TargetId, uint GroupId), HealthCheckTarget> Index(
        IReadOnlyList<HealthCheckTarget> desired, int maxTargets)
    {
        if (desired.Count > maxTargets)
            throw new ArgumentException($"{desired.Count} targets exceed the limit of {maxTargets}", nameof(desired));
        var targets = new Dictionary<(uint TargetId, uint GroupId), HealthCheckTarget>(desired.Count);
        foreach (HealthCheckTarget target in desired)
        {
            string name = $"target {target.TargetId} of group {target.GroupId}";
            if (target.FindProblem() is { } problem)
                throw new ArgumentException($"{name}: {problem}", nameof(desired));
            if (!targets.TryAdd((target.TargetId, target.GroupId), target))
                throw new ArgumentException($"{name} is listed twice", nameof(desired));
        }

        return targets;
    }
}
