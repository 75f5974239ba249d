using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>What was counted at a load balancer, a report ago at most.</summary>
internal sealed record LoadBalancerStatsView(
    [property: Required, Description("When it was read.")] DateTimeOffset At,
    [property: Required, Description("The sum.")] FlowCountView Flows,
    [property: Required, Description("Frames that were dropped, by reason.")] IReadOnlyList<DropCountView> Drops,
    [property: Required, Description("By zone.")] IReadOnlyList<ZoneStatsView> Zones,
    [property: Required, Description("By listener.")] IReadOnlyList<ListenerStatsView> Listeners)
{
    /// <summary>The controller's count for the wire.</summary>
    public static LoadBalancerStatsView From(LoadBalancerStats stats) => new(
        stats.At, FlowCountView.From(stats.Flows), [.. stats.Drops.Select(DropCountView.From)],
        [.. stats.Zones.Select(ZoneStatsView.From)],
        [.. stats.Listeners.Select(ListenerStatsView.From)]);
}
