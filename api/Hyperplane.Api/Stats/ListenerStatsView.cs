using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.Listeners;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>What was counted at a listener.</summary>
internal sealed record ListenerStatsView(
    [property: Required, Description("The listener's id.")] string Id,
    [property: Required, Description("What it takes.")] ListenerProtocol Protocol,
    [property: Required, Example(80), Description("Its port.")] int Port,
    [property: Required, Description("What was counted.")] FlowCountView Flows,
    [property: Required, Description("Its frames that were dropped, by reason.")] IReadOnlyList<DropCountView> Drops)
{
    /// <summary>The controller's count for the wire.</summary>
    public static ListenerStatsView From(ListenerStats one) =>
        new(one.Id, one.Protocol.ToWire(), one.Port, FlowCountView.From(one.Flows),
            [.. one.Drops.Select(DropCountView.From)]);
}
