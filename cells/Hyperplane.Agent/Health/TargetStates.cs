using System.Collections.Immutable;
using Hyperplane.Agent.Model;
using Hyperplane.Agent.Runtime;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Health;

/// <summary>Turns verdicts into AWS's target states.</summary>
public static class TargetStates
{
    /// <summary>All targets of the groups this node checks, and of the groups that no listener names.</summary>
    /// <param name="model">What the node runs.</param>
    /// <param name="verdicts">By group and target.</param>
    /// <param name="pending">Targets that failed and whose flows go on until an interval is over.</param>
    public static ImmutableArray<TargetStatus> From(
        NodeModel model, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts, IReadOnlySet<ProbeKey> pending) =>
    [
        .. model.CheckedGroups.SelectMany(g => g.Targets.Select(t => Checked(g, t, verdicts, pending))),
        .. model.UnusedGroups.SelectMany(g => g.Targets.Select(t => t.Draining ? Draining(g, t) : Unused(g, t))),
    ];

    private static TargetStatus Checked(
        TargetGroup group, Target target, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts,
        IReadOnlySet<ProbeKey> pending)
    {
        if (target.Draining)
            return Draining(group, target);
        var key = new ProbeKey(group.Id, target.Id);
        ProbeVerdict verdict = verdicts.GetValueOrDefault(key) ?? ProbeVerdict.NotYet;
        TargetHealth.Types.State state = verdict.State switch
        {
            ProbeState.Healthy => TargetHealth.Types.State.Healthy,
            ProbeState.Unhealthy when pending.Contains(key) => TargetHealth.Types.State.UnhealthyDraining,
            ProbeState.Unhealthy => TargetHealth.Types.State.Unhealthy,
            _ => TargetHealth.Types.State.Initial,
        };
        bool isWell = verdict.Own == ProbeState.Healthy;
        return new TargetStatus(key, state, verdict.Reason, verdict.Detail)
        {
            Own = verdict.Own,
            Sent = isWell ? "" : verdict.Sent,
            Received = isWell ? "" : verdict.Received,
            CheckedAt = isWell ? null : verdict.CheckedAt,
        };
    }

    private static TargetStatus Unused(TargetGroup group, Target target) => new(
        new ProbeKey(group.Id, target.Id),
        TargetHealth.Types.State.Unused,
        "Target.NotInUse",
        "no listener uses the target group");

    private static TargetStatus Draining(TargetGroup group, Target target) => new(
        new ProbeKey(group.Id, target.Id), TargetHealth.Types.State.Draining, "Target.DeregistrationInProgress", "");
}
