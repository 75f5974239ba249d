namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>Who owns resources.</summary>
public sealed record Tenant(string Id, string Name, DateTimeOffset CreatedAt);
