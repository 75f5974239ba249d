using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Placement;

/// <summary>How many pairs of tenants share so many nodes.</summary>
internal sealed record OverlapCountView(
    [property: Required, Description("Nodes that serve both.")] int SharedNodes,
    [property: Required, Description("How many pairs.")] long Pairs);
