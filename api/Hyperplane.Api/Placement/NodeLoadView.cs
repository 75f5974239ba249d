using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Placement;

/// <summary>What a node carries.</summary>
internal sealed record NodeLoadView(
    [property: Required, Example("node-a1"), Description("Its name.")] string Name,
    [property: Required, Description("Whether it is asked to leave.")] bool Draining,
    [property: Required, Description("How many shards it serves.")] int Shards,
    [property: Required, Description("How many load balancers these have.")] int LoadBalancers)
{
    /// <summary>The controller's part of the report for the wire.</summary>
    public static NodeLoadView From(NodeLoad load) => new(load.Name, load.Draining, load.Shards, load.LoadBalancers);
}
