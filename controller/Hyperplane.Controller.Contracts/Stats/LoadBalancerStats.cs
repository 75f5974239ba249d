namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>What was counted at a load balancer.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Flows">The sum.</param>
/// <param name="Drops">Frames that were dropped, by reason.</param>
/// <param name="Zones">By zone.</param>
/// <param name="Listeners">By listener.</param>
public sealed record LoadBalancerStats(
    DateTimeOffset At, FlowCount Flows, IReadOnlyList<DropCount> Drops, IReadOnlyList<ZoneStats> Zones,
    IReadOnlyList<ListenerStats> Listeners);
