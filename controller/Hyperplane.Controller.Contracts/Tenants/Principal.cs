namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>Who asks.</summary>
/// <param name="KeyId">The key that was shown.</param>
/// <param name="TenantId">Whose key it is; null for an operator's.</param>
/// <param name="Role">What it may do.</param>
public sealed record Principal(string KeyId, string? TenantId, Role Role);
