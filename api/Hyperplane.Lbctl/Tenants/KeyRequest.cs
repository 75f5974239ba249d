namespace Hyperplane.Lbctl.Tenants;

/// <summary>The body that creates a key.</summary>
internal sealed record KeyRequest(string Name, string? Role);
