namespace Hyperplane.Controller.Placement;

/// <summary>How many load balancers of a tenant a shard has.</summary>
internal sealed record PlacedTenant(string Cell, int Shard, string TenantId, int LoadBalancers);
