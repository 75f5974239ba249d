using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Targets;

namespace Hyperplane.Controller.Status;

/// <summary>From what nodes say of targets to what a tenant reads.</summary>
internal static class HealthRules
{
    private const short Healthy = 1;
    private const short Unhealthy = 2;
    private const short UnhealthyDraining = 5;

    /// <summary>A target as a tenant reads it, with AWS's reason codes.</summary>
    public static Target View(TargetRow row, bool used, TargetStateRow? seen)
    {
        (TargetState state, string? reason, string? detail) = Judge(row, used, seen);
        return new Target(
            row.Id,
            row.TargetGroupId,
            row.Address.ToString(),
            row.Port,
            row.Weight,
            state,
            reason,
            detail,
            row.CreatedAt)
        {
            Zone = row.Zone,
            HealthyNodes = seen?.HealthyNodes ?? 0,
            VotingNodes = seen?.VotingNodes ?? 0,
        };
    }

    private static (TargetState State, string? Reason, string? Detail) Judge(
        TargetRow row, bool used, TargetStateRow? seen)
    {
        if (row.DrainingUntil is not null)
            return (TargetState.Draining, "Target.DeregistrationInProgress",
                "Deregistered; established flows go on until the delay is over.");
        if (!used)
            return (TargetState.Unused, "Target.NotInUse", "No listener forwards to the group.");
        return seen?.State switch
        {
            Healthy => (TargetState.Healthy, null, null),
            Unhealthy => (TargetState.Unhealthy, seen.Reason ?? "Target.FailedHealthChecks", seen.Detail),
            UnhealthyDraining => (
                TargetState.UnhealthyDraining, seen.Reason ?? "Target.FailedHealthChecks", seen.Detail),
            _ when seen is not { VotingNodes: > 0 } =>
                (TargetState.Initial, "Elb.RegistrationInProgress", "No node has it yet."),
            _ => (TargetState.Initial, seen.Reason ?? "Elb.InitialHealthChecking", seen.Detail),
        };
    }
}
