using System.Collections.Immutable;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Runtime;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Health;

/// <summary>Turns verdicts into AWS's target states.</summary>
public static class TargetStates
{
    private const int DetailLength = 256;

    /// <summary>All targets of the groups this node checks, and of the groups that no listener names.</summary>
    public static ImmutableArray<TargetStatus> From(
        NodeModel model, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts) =>
    [
        .. model.CheckedGroups.SelectMany(g => g.Targets.Select(t => Checked(g, t, verdicts))),
        .. model.UnusedGroups.SelectMany(g => g.Targets.Select(t => t.Draining ? Draining(g, t) : Unused(g, t))),
    ];

    private static TargetStatus Checked(
        TargetGroup group, Target target, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts)
    {
        if (target.Draining)
            return Draining(group, target);
        var key = new ProbeKey(group.Id, target.Id);
        ProbeVerdict verdict = verdicts.GetValueOrDefault(key) ?? ProbeVerdict.NotYet;
        TargetHealth.Types.State state = verdict.State switch
        {
            ProbeState.Healthy => TargetHealth.Types.State.Healthy,
            ProbeState.Unhealthy => TargetHealth.Types.State.Unhealthy,
            _ => TargetHealth.Types.State.Initial,
        };
        string detail = verdict.Detail.Length > DetailLength ? verdict.Detail[..DetailLength] : verdict.Detail;
        return new TargetStatus(key, state, verdict.Reason, detail);
    }

    private static TargetStatus Unused(TargetGroup group, Target target) => new(
        new ProbeKey(group.Id, target.Id),
        TargetHealth.Types.State.Unused,
        "Target.NotInUse",
        "no listener uses the target group");

    private static TargetStatus Draining(TargetGroup group, Target target) => new(
        new ProbeKey(group.Id, target.Id), TargetHealth.Types.State.Draining, "Target.DeregistrationInProgress", "");
}
