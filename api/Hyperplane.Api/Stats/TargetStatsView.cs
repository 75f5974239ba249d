using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Targets;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>What was counted at a target.</summary>
internal sealed record TargetStatsView(
    [property: Required, Description("The target's id.")] string Id,
    [property: Required, Example("10.0.0.7"), Description("Its address.")] string Address,
    [property: Required, Example(8080), Description("Its port.")] int Port,
    [property: Required, Description("How it is.")] HealthState State,
    [property: Required, Description("What was counted.")] FlowCountView Flows)
{
    /// <summary>The controller's count for the wire.</summary>
    public static TargetStatsView From(TargetStats one) =>
        new(one.Id, one.Address, one.Port, TargetView.From(one.State), FlowCountView.From(one.Flows));
}
