using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>What there is to place VIPs in.</summary>
/// <param name="Zones">All of them.</param>
/// <param name="Cells">By zone.</param>
/// <param name="Staffed">The cells that have nodes.</param>
/// <param name="Pools">Of all zones.</param>
internal sealed record VipSpace(
    List<ZoneRow> Zones, ILookup<string, CellRow> Cells, HashSet<string> Staffed, List<AddressPoolRow> Pools)
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
            [.. await db.Nodes.Select(node => node.Cell).Distinct().ToListAsync(cancel)],
            await db.AddressPools.AsNoTracking().ToListAsync(cancel));
    }
}
