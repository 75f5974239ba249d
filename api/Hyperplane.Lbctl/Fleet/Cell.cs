using System.Globalization;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>A unit of blast radius inside a zone.</summary>
internal sealed record Cell(
    string Name,
    string? Zone = null,
    string? TunnelSourcePrefix = null,
    string? Ipv6TunnelSourcePrefix = null,
    int? ShardSize = null,
    bool Draining = false)
{
    /// <summary>What lbctl knows about cells.</summary>
    public static readonly ResourceKind<Cell> Kind = new(
        "cell",
        WireJson.Default.Cell,
        static one => one.Name,
        static one => one.Name,
        [
            new("NAME", static one => one.Name),
            new("ZONE", static one => one.Zone),
            new("STATE", static one => one.Draining ? "draining" : "ready", IsStatus: true),
            new("SHARD-SIZE", static one => one.ShardSize?.ToString(CultureInfo.InvariantCulture)),
            new("TUNNEL SOURCES", static one => one.TunnelSourcePrefix),
            new("IPV6 TUNNEL SOURCES", static one => one.Ipv6TunnelSourcePrefix),
        ]);
}
