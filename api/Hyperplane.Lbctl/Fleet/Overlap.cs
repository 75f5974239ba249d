namespace Hyperplane.Lbctl.Fleet;

/// <summary>How many nodes tenants share.</summary>
internal sealed record Overlap(int Tenants, IReadOnlyList<OverlapCount> Pairs, IReadOnlyList<TenantPair> Worst);
