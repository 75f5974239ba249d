using Hyperplane.Cells.Contracts;
using Hyperplane.Health;

namespace Hyperplane.Agent.Health;

/// <summary>The weights of a group's targets for the dataplane: those configured, or what targets ask for of
/// them.</summary>
public static class TargetWeights
{
    private const long Largest = 999;

    /// <summary>In the order of the targets, 0 to 999. Where targets may ask, a weight is the configured one times the
    /// percentage; all shrink by one factor when the largest does not fit, and none but a 0 becomes 0.</summary>
    public static int[] Of(TargetGroup group, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts)
    {
        if (!group.HealthCheck.EndpointWeight)
            return [.. group.Targets.Select(target => (int)target.Weight)];
        long[] asked =
        [
            .. group.Targets.Select(target => target.Weight * (long)(
                verdicts.GetValueOrDefault(new ProbeKey(group.Id, target.Id))?.Weight ?? EndpointWeight.Usual)),
        ];
        long most = asked.DefaultIfEmpty().Max();
        return
        [
            .. asked.Select(weight => (int)(
                weight == 0 || most <= Largest ? weight : Math.Max(1, weight * Largest / most))),
        ];
    }
}
