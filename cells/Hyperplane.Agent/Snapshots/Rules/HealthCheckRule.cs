using Hyperplane.Agent.Health;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Snapshots.Rules;

/// <summary>A health check is one that the checker carries out; it sets the ranges.</summary>
internal static class HealthCheckRule
{
    /// <summary>Null, or the first thing that is wrong.</summary>
    public static string? Find(HealthCheck? check)
    {
        if (check is null)
            return "no health check";
        if (!Enum.IsDefined(check.Kind))
            return $"health check of kind {(int)check.Kind}, not 0, 1 or 2";
        if (check.Port > ushort.MaxValue)
            return $"health check on port {check.Port}, not 0 to 65535";
        return HealthTranslation.ToSettings(check).FindProblem() is { } problem ? $"health check: {problem}" : null;
    }
}
