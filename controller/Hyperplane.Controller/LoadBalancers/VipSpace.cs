using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>What there is to place VIPs in.</summary>
/// <param name="Zones">All of them.</param>
/// <param name="Cells">By zone.</param>
/// <param name="Nodes">By cell; none of a cell without any.</param>
/// <param name="Pools">Of all zones.</param>
internal sealed record VipSpace(
    List<ZoneRow> Zones,
    ILookup<string, CellRow> Cells,
    IReadOnlyDictionary<string, CellNodes> Nodes,
    List<AddressPoolRow> Pools)
{
    /// <summary>Reads it; nobody else takes addresses of the named zones' pools until the transaction ends.</summary>
    public static async Task<VipSpace> ReadAsync(
        HyperplaneDb db, IEnumerable<string> poolsOf, CancellationToken cancel)
    {
        List<ZoneRow> zones = await db.Zones.AsNoTracking().ToListAsync(cancel);

        // In order of names, so that two never wait for each other in a circle.
        foreach (string zone in poolsOf.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(name => zones.Exists(zone => zone.Name == name)))
            await PoolSpace.LockAsync(db, zone, cancel);
        return new VipSpace(
            zones,
            (await db.Cells.AsNoTracking().ToListAsync(cancel)).ToLookup(cell => cell.Zone),
            await NodesAsync(db, cancel),
            await db.AddressPools.AsNoTracking().ToListAsync(cancel));
    }

    /// <summary>The nodes of all cells.</summary>
    public static async Task<IReadOnlyDictionary<string, CellNodes>> NodesAsync(
        HyperplaneDb db, CancellationToken cancel) =>
        (await db.Nodes.Select(node => new { node.Cell, node.Id, node.Draining }).ToListAsync(cancel))
            .GroupBy(node => node.Cell).ToDictionary(
                cell => cell.Key,
                cell => new CellNodes(
                    [.. cell.Select(node => node.Id)],
                    cell.Where(node => node.Draining).Select(node => node.Id).ToHashSet()),
                StringComparer.Ordinal);

    /// <summary>The cells of a zone in which something new may be placed.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="home">A cell that it is bound to, draining or not; null for none.</param>
    public IEnumerable<CellRow> Open(string zone, string? home = null) =>
        Cells[zone].Where(cell => home is null ? !cell.Draining : cell.Name == home);
}
