namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What was counted at a target group.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Flows">The sum over its targets that are there.</param>
/// <param name="Zones">By zone of the nodes.</param>
/// <param name="Targets">By target.</param>
public sealed record TargetGroupStats(
    DateTimeOffset At, FlowCount Flows, IReadOnlyList<ZoneStats> Zones, IReadOnlyList<TargetStats> Targets);
