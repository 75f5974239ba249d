using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Stats;

namespace Hyperplane.Api.Stats;

/// <summary>What a zone's nodes counted.</summary>
internal sealed record ZoneStatsView(
    [property: Required, Example("a"), Description("The zone.")] string Zone,
    [property: Required, Description("Nodes that reported lately.")] int Nodes,
    [property: Required, Description("Their sum.")] FlowCountView Flows,
    [property: Required, Description(
        "Frames of listeners that were dropped, by reason, with those that limits of new flows refused; of a target "
        + "group none.")]
    IReadOnlyList<DropCountView> Drops)
{
    /// <summary>The controller's count for the wire.</summary>
    public static ZoneStatsView From(ZoneStats zone) => new(
        zone.Zone, zone.Nodes, FlowCountView.From(zone.Flows), [.. zone.Drops.Select(DropCountView.From)]);
}
