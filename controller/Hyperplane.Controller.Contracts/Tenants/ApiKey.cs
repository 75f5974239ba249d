namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>A key without its secret.</summary>
public sealed record ApiKey(string Id, string TenantId, string Name, Role Role, DateTimeOffset CreatedAt);
