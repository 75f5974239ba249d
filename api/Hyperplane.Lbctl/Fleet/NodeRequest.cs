namespace Hyperplane.Lbctl.Fleet;

/// <summary>The body of a node's put.</summary>
internal sealed record NodeRequest(string Address, string? Ipv6Address = null);
