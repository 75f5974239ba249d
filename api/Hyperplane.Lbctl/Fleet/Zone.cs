using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>An availability zone with its address pools.</summary>
internal sealed record Zone(string Name, string? VipPool = null, string? SnatPool = null, string? ProbePool = null)
{
    /// <summary>What lbctl knows about zones.</summary>
    public static readonly ResourceKind<Zone> Kind = new(
        "zone",
        WireJson.Default.Zone,
        static one => one.Name,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("VIP-POOL", static one => one.VipPool),
            new("SNAT-POOL", static one => one.SnatPool),
            new("PROBE-POOL", static one => one.ProbePool),
        ]);
}
