using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Controller.Cells;

/// <summary>Zones and cells as the contracts tell of them.</summary>
internal static class CellViews
{
    /// <summary>A zone.</summary>
    public static Zone Of(ZoneRow row) => new(
        row.Name,
        row.VipPool.ToString(),
        row.SnatPool.ToString(),
        row.ProbePool.ToString())
    {
        Ipv6VipPool = row.Ipv6VipPool?.ToString(),
        Ipv6SnatPool = row.Ipv6SnatPool?.ToString(),
        Ipv6ProbePool = row.Ipv6ProbePool?.ToString(),
        MaxCells = row.MaxCells,
    };

    /// <summary>A cell.</summary>
    public static Cell Of(CellRow row) => new(row.Name, row.Zone)
    {
        TunnelSourcePrefix = row.TunnelSourcePrefix?.ToString(),
        Ipv6TunnelSourcePrefix = row.Ipv6TunnelSourcePrefix?.ToString(),
        ShardSize = row.ShardSize,
        Draining = row.Draining,
    };
}
