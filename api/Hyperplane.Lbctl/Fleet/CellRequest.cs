namespace Hyperplane.Lbctl.Fleet;

/// <summary>The body of a cell's put.</summary>
internal sealed record CellRequest(
    string Zone, string? TunnelSourcePrefix, string? Ipv6TunnelSourcePrefix, int? ShardSize = null);
