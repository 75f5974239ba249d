using System.Globalization;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>Where a load balancer lives in one zone.</summary>
internal sealed record ZoneAddress(
    string Zone,
    string? Address = null,
    string? Cell = null,
    int? Shard = null,
    string? Ipv6Address = null,
    string? ElasticIp = null,
    string? Ipv6ElasticIp = null,
    bool Shifted = false)
{
    /// <summary>The table of zones.</summary>
    public static readonly IReadOnlyList<Column<ZoneAddress>> Columns =
    [
        new("ZONE", static one => one.Zone),
        new("ADDRESS", static one => one.Shifted ? one.Addresses(" ") + " (shifted)" : one.Addresses(" ")),
        new("ELASTIC-IP", static one =>
            string.Join(' ', new[] { one.ElasticIp, one.Ipv6ElasticIp }.OfType<string>())),
        new("CELL", static one => one.Cell),
        new("SHARD", static one => one.Shard?.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>All its addresses there.</summary>
    public string? Addresses(string between) => Ipv6Address is null ? Address : $"{Address}{between}{Ipv6Address}";
}
