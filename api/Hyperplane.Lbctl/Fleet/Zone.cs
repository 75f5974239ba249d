using System.Globalization;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>An availability zone with its address pools.</summary>
internal sealed record Zone(
    string Name,
    string? VipPool = null,
    string? SnatPool = null,
    string? ProbePool = null,
    string? Ipv6VipPool = null,
    string? Ipv6SnatPool = null,
    string? Ipv6ProbePool = null,
    int? MaxCells = null)
{
    /// <summary>What lbctl knows about zones.</summary>
    public static readonly ResourceKind<Zone> Kind = new(
        "zone",
        WireJson.Default.Zone,
        static one => one.Name,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("VIP-POOL", static one => Both(one.VipPool, one.Ipv6VipPool)),
            new("SNAT-POOL", static one => Both(one.SnatPool, one.Ipv6SnatPool)),
            new("PROBE-POOL", static one => Both(one.ProbePool, one.Ipv6ProbePool)),
            new("MAX-CELLS", static one => one.MaxCells?.ToString(CultureInfo.InvariantCulture)),
        ]);

    private static string? Both(string? ipv4, string? ipv6) => ipv6 is null ? ipv4 : $"{ipv4} {ipv6}";
}
