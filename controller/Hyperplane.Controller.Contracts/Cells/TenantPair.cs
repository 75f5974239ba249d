namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>Two tenants that share nodes.</summary>
/// <param name="First">A tenant's id.</param>
/// <param name="Second">The other's.</param>
/// <param name="SharedNodes">How many nodes serve both.</param>
/// <param name="Nodes">How many nodes serve the one that has fewer.</param>
public sealed record TenantPair(string First, string Second, int SharedNodes, int Nodes);
