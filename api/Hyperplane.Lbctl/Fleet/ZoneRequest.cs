namespace Hyperplane.Lbctl.Fleet;

/// <summary>The body of a zone's put.</summary>
internal sealed record ZoneRequest(string VipPool, string SnatPool, string ProbePool);
