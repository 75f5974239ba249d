using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Placement;

/// <summary>Two tenants that share nodes.</summary>
internal sealed record TenantPairView(
    [property: Required, Description("The ids of the two.")] IReadOnlyList<string> Tenants,
    [property: Required, Description("How many nodes serve both.")] int SharedNodes,
    [property: Required, Description("How many nodes serve the one that has fewer.")] int Nodes);
