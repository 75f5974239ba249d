using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Placement;

/// <summary>What a shard carries.</summary>
internal sealed record ShardLoadView(
    [property: Required, Description("Its index in the cell.")] int Index,
    [property: Required, Example("198.18.0.0/26"), Description("The addresses that its nodes announce as one prefix.")]
    string Block,
    [property: Required, Description("The names of its nodes.")] IReadOnlyList<string> Nodes,
    [property: Required, Description("How many load balancers it has.")] int LoadBalancers,
    [property: Required, Description("How many tenants these belong to.")] int Tenants,
    [property: Required, Description("How many more addresses its block has.")] int FreeAddresses)
{
    /// <summary>The controller's part of the report for the wire.</summary>
    public static ShardLoadView From(ShardLoad load) =>
        new(load.Index, load.Block, load.Nodes, load.LoadBalancers, load.Tenants, load.FreeAddresses);
}
