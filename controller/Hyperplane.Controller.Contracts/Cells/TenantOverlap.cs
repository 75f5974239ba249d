namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>How many nodes tenants share: what may befall two of them at once.</summary>
/// <param name="Tenants">Tenants that have a load balancer.</param>
/// <param name="Pairs">How many pairs share 0, 1, 2, … nodes; up to the most that any pair shares.</param>
/// <param name="Worst">Some of the pairs that share most, those first.</param>
public sealed record TenantOverlap(
    int Tenants, IReadOnlyList<OverlapCount> Pairs, IReadOnlyList<TenantPair> Worst);
