namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>Who owns resources.</summary>
public sealed record Tenant(string Id, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>How many flows may begin at its addresses.</summary>
    public TenantLimits Limits { get; init; } = new();
}
