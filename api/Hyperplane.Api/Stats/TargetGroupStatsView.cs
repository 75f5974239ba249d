using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>What was counted at a target group, a report ago at most.</summary>
internal sealed record TargetGroupStatsView(
    [property: Required, Description("When it was read.")] DateTimeOffset At,
    [property: Required, Description("The sum over the targets that are there.")] FlowCountView Flows,
    [property: Required, Description("By zone of the nodes.")] IReadOnlyList<ZoneStatsView> Zones,
    [property: Required, Description("By target.")] IReadOnlyList<TargetStatsView> Targets)
{
    /// <summary>The controller's count for the wire.</summary>
    public static TargetGroupStatsView From(TargetGroupStats stats) => new(
        stats.At, FlowCountView.From(stats.Flows), [.. stats.Zones.Select(ZoneStatsView.From)],
        [.. stats.Targets.Select(TargetStatsView.From)]);
}
