namespace Hyperplane.Controller.Contracts.Tenants;

/// <summary>A key with its secret, told once.</summary>
public sealed record NewApiKey(ApiKey Key, string Secret);
