using System.Globalization;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>Addresses of a zone beside those of its VIP pool.</summary>
internal sealed record AddressPool(
    string Name, string? Zone = null, string? Prefix = null, string? Kind = null, long? Used = null)
{
    /// <summary>What lbctl knows about address pools.</summary>
    public static readonly ResourceKind<AddressPool> Resource = new(
        "address pool",
        WireJson.Default.AddressPool,
        static one => one.Name,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("ZONE", static one => one.Zone),
            new("PREFIX", static one => one.Prefix),
            new("KIND", static one => one.Kind),
            new("USED", static one => one.Used?.ToString(CultureInfo.InvariantCulture)),
        ]);
}
