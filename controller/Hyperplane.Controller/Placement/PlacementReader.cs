using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Placement;

/// <summary>Tells operators what is placed where.</summary>
internal sealed class PlacementReader(Database database) : IPlacement
{
    /// <inheritdoc/>
    public Task<PlacementReport> GetAsync(CancellationToken cancel) => database.RunAsync(
        null,
        async db =>
        {
            List<ZoneRow> zones = await db.Zones.AsNoTracking().OrderBy(zone => zone.Name).ToListAsync(cancel);
            List<CellRow> cells = await db.Cells.AsNoTracking().OrderBy(cell => cell.Name).ToListAsync(cancel);
            ILookup<string, NodeRow> nodes = (await db.Nodes.AsNoTracking().ToListAsync(cancel))
                .ToLookup(node => node.Cell);
            IReadOnlyDictionary<string, CellNodes> nodesOf = await VipSpace.NodesAsync(db, cancel);
            ILookup<string, PlacedTenant> placed = (await PlacedAsync(db, cancel)).ToLookup(one => one.Cell);
            var views = new List<CellPlacement>();
            var shared = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
            foreach (ZoneRow zone in zones)
            {
                List<ShardUse> uses = await ShardUse.ReadAsync(
                    db, zone, cells.Where(cell => cell.Zone == zone.Name),
                    cell => nodesOf.GetValueOrDefault(cell, CellNodes.None), isDualstack: false, cancel);
                views.AddRange(uses.Select(
                    use => ViewOf(use, [.. nodes[use.Cell.Name]], [.. placed[use.Cell.Name]], shared)));
            }

            return new PlacementReport(
                views,
                OverlapTable.Of(shared.Where(tenant => tenant.Value.Count > 0).ToDictionary(
                    tenant => tenant.Key, IReadOnlySet<int> (tenant) => tenant.Value, StringComparer.Ordinal)));
        },
        cancel);

    private static async Task<List<PlacedTenant>> PlacedAsync(HyperplaneDb db, CancellationToken cancel)
    {
        var rows = await db.LoadBalancerZones
            .Join(
                db.LoadBalancers.Where(row => row.DeletedAt == null), row => row.LoadBalancerId, row => row.Id,
                (row, _) => new { row.Cell, row.Shard, row.TenantId })
            .GroupBy(row => new { row.Cell, row.Shard, row.TenantId })
            .Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancel);
        return [.. rows.Select(row => new PlacedTenant(row.Key.Cell, row.Key.Shard, row.Key.TenantId, row.Count))];
    }

    private static CellPlacement ViewOf(
        ShardUse use, NodeRow[] nodes, PlacedTenant[] placed, Dictionary<string, HashSet<int>> shared)
    {
        ILookup<int, PlacedTenant> byShard = placed.ToLookup(one => one.Shard);
        Dictionary<int, string> names = nodes.ToDictionary(node => node.Id, node => node.Name);
        var carried = nodes.ToDictionary(node => node.Id, _ => (Shards: 0, LoadBalancers: 0));
        var shards = new List<ShardLoad>();
        for (int shard = 0; shard < use.Pools.ShardCount; shard++)
        {
            PlacedTenant[] here = [.. byShard[shard]];
            int loadBalancers = here.Sum(one => one.LoadBalancers);
            int[] serving =
            [
                .. ShardNodes.Of(use.Cell.Name, shard, use.Cell.ShardSize, use.Nodes.Ids, use.Nodes.Draining)
                    .Where(node => !use.Nodes.Draining.Contains(node)),
            ];
            foreach (int node in serving)
                carried[node] = (carried[node].Shards + 1, carried[node].LoadBalancers + loadBalancers);
            foreach (PlacedTenant one in here)
            {
                if (!shared.TryGetValue(one.TenantId, out HashSet<int>? set))
                    shared[one.TenantId] = set = [];
                set.UnionWith(serving);
            }

            shards.Add(new ShardLoad(
                shard,
                use.Pools.Block(shard).ToString(),
                [.. serving.Select(node => names[node]).Order(StringComparer.Ordinal)],
                loadBalancers,
                here.Length,
                use.Free[shard]));
        }

        return new CellPlacement(
            CellViews.Of(use.Cell),
            placed.Sum(one => one.LoadBalancers),
            placed.Select(one => one.TenantId).Distinct(StringComparer.Ordinal).Count(),
            [
                .. nodes.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => new NodeLoad(
                    node.Name, node.Draining, carried[node.Id].Shards, carried[node.Id].LoadBalancers)),
            ],
            shards);
    }
}
