namespace Hyperplane.Lbctl.Fleet;

/// <summary>The body of a zone's put.</summary>
internal sealed record ZoneRequest(
    string VipPool,
    string SnatPool,
    string ProbePool,
    string? Ipv6VipPool = null,
    string? Ipv6SnatPool = null,
    string? Ipv6ProbePool = null,
    int? MaxCells = null);
