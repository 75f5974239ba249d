namespace Hyperplane.Lbctl.Tenants;

/// <summary>The body that creates what has only a name.</summary>
internal sealed record NameRequest(string Name);
