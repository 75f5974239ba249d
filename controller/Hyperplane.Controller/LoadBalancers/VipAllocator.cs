using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Finds a cell, a shard and an address in each zone that a load balancer asks for.</summary>
/// <remarks>
/// Cell: one with nodes if there is any, of those the one with the most free addresses, then by name. Shard: by
/// rendezvous of the load balancer's id among those with a free address. Address: the block's lowest that is neither
/// used nor in quarantine, the block's first and last left out. Creations in one shard wait for each other; one that
/// finds the shard full meanwhile begins anew. An address that is asked for may be any of the pool: its block's shard
/// serves it; outside all blocks a shard is chosen and it is announced alone.
/// </remarks>
internal sealed class VipAllocator(HyperplaneDb db, string loadBalancerId, DateTimeOffset now, CancellationToken cancel)
{
    // Each is a route in every router of the zone; agents refuse a snapshot with more than 4,096.
    private const int MaxLonePerCell = 1_024;

    /// <summary>
    /// Finds all places, or says everything that is in the way. Addresses are taken when the transaction commits.
    /// </summary>
    public async Task<(IReadOnlyList<VipPlace> Places, IReadOnlyList<FieldError> Errors)> PlaceAsync(
        IReadOnlyList<ZonePlacement> wanted)
    {
        List<ZoneRow> zones = await db.Zones.AsNoTracking().ToListAsync(cancel);
        ILookup<string, CellRow> cells = (await db.Cells.AsNoTracking().ToListAsync(cancel))
            .ToLookup(cell => cell.Zone);
        HashSet<string> staffed = [.. await db.Nodes.Select(node => node.Cell).Distinct().ToListAsync(cancel)];
        List<VipRequest> requests = [];
        List<FieldError> errors = await VipRequest.CheckAsync(db, wanted, zones, cells, now, requests, cancel);
        if (errors.Count > 0)
            return ([], errors);
        var places = new List<VipPlace>(requests.Count);

        // In order of names, so that two creations never wait for each other in a circle.
        foreach (VipRequest request in requests.OrderBy(request => request.Zone.Name, StringComparer.Ordinal))
        {
            if (await PlaceAsync(request, [.. cells[request.Zone.Name]], staffed) is { } place)
                places.Add(place);
            else
                errors.Add(new FieldError(
                    $"/zones/{request.Position}",
                    "vip_pool_exhausted",
                    $"Zone {request.Zone.Name} has no address left; try later or another zone, or ask the operator."));
        }

        return (places, errors);
    }

    /// <summary>Adds the rows of the places to the transaction.</summary>
    public async Task TakeAsync(string tenantId, IReadOnlyList<VipPlace> places, LoadBalancerRow row)
    {
        foreach (VipPlace place in places)
        {
            IPAddress address = Ipv4.ToIp(place.Address);
            await db.VipAddresses.Where(used => used.Address.Equals(address) && used.FreeAt <= now)
                .ExecuteDeleteAsync(cancel);
            bool alone = place.Prefix.Length == 32;
            db.VipAddresses.Add(new VipAddressRow
            {
                Address = address,
                Zone = place.Zone,
                Cell = place.Cell,
                AnnounceAlone = alone,
            });
            row.Zones.Add(new LoadBalancerZoneRow
            {
                LoadBalancerId = row.Id,
                Zone = place.Zone,
                TenantId = tenantId,
                Position = place.Position,
                Cell = place.Cell,
                Shard = place.Shard,
                Address = address,
                Prefix = place.Prefix.ToNetwork(),
                AnnounceAlone = alone,
            });
        }
    }

    private async Task<VipPlace?> PlaceAsync(VipRequest request, CellRow[] cells, HashSet<string> staffed)
    {
        if (request.Address is { } chosen)
        {
            foreach (CellRow cell in cells)
            {
                CellPools pools = ZonePools.CellPart(request.Zone, cell.Ordinal);
                int shard = pools.ShardOf(chosen);
                if (shard >= 0)
                    return new VipPlace(
                        request.Position, request.Zone.Name, cell.Name, shard, chosen, pools.Block(shard));
            }
        }

        Dictionary<uint, int> used = await UsedAsync(request.Zone);
        Dictionary<string, int> lone = request.Address is null ? [] : await LoneAsync(request.Zone.Name);
        var candidates = cells
            .Select(cell => (Cell: cell, Pools: ZonePools.CellPart(request.Zone, cell.Ordinal)))
            .Select(home => (home.Cell, home.Pools, Free: FreeOfShards(home.Pools, used)))
            .OrderByDescending(home => staffed.Contains(home.Cell.Name))
            .ThenByDescending(home => home.Free.Sum())
            .ThenBy(home => home.Cell.Name, StringComparer.Ordinal)
            .ToList();
        if (request.Address is { } alone)
        {
            candidates.RemoveAll(home => lone.GetValueOrDefault(home.Cell.Name) >= MaxLonePerCell);
            if (candidates.Count == 0)
                return null;
            (CellRow cell, CellPools pools, _) = candidates[0];
            int shard = Rendezvous.Order(loadBalancerId + cell.Name, Enumerable.Range(0, pools.ShardCount))[0];
            return new VipPlace(
                request.Position, request.Zone.Name, cell.Name, shard, alone, new Ipv4Prefix(alone, 32));
        }

        foreach ((CellRow cell, CellPools pools, int[] free) in candidates)
        {
            IReadOnlyList<int> shards = Rendezvous.Order(
                loadBalancerId + cell.Name, Enumerable.Range(0, pools.ShardCount).Where(shard => free[shard] > 0));
            if (shards.Count == 0)
                continue;
            uint address = await LowestFreeAsync(cell.Name, shards[0], pools.Block(shards[0]));
            return new VipPlace(
                request.Position, request.Zone.Name, cell.Name, shards[0], address, pools.Block(shards[0]));
        }

        return null;
    }

    private static int[] FreeOfShards(CellPools pools, Dictionary<uint, int> used) =>
        [.. Enumerable.Range(0, pools.ShardCount).Select(pools.Block)
            .Select(block => (int)block.Count - 2 - used.GetValueOrDefault(block.First))];

    /// <summary>How many automatic addresses of each block are taken, by the block's first address.</summary>
    private async Task<Dictionary<uint, int>> UsedAsync(ZoneRow zone)
    {
        int length = CellPools.ShardBlockLength(Ipv4Prefix.FromNetwork(zone.VipPool));
        List<BlockUse> rows = await db.Database.SqlQuery<BlockUse>(
            $"""
            select set_masklen(address, {length})::cidr::inet as block, count(*)::int as used from vip_addresses
            where zone = {zone.Name} and (free_at is null or free_at > {now})
              and host(address) <> host(network(set_masklen(address, {length})))
              and host(address) <> host(broadcast(set_masklen(address, {length})))
            group by 1
            """).ToListAsync(cancel);
        return rows.ToDictionary(row => Ipv4.FromIp(row.Block), row => row.Used);
    }

    /// <summary>How many addresses each cell of the zone announces alone, those of other tenants too.</summary>
    private async Task<Dictionary<string, int>> LoneAsync(string zone)
    {
        List<LoneCount> rows = await db.Database.SqlQuery<LoneCount>(
            $"""
            select cell, count(*)::int as count from vip_addresses
            where zone = {zone} and announce_alone and free_at is null group by cell
            """).ToListAsync(cancel);
        return rows.ToDictionary(row => row.Cell, row => row.Count);
    }

    private async Task<uint> LowestFreeAsync(string cell, int shard, Ipv4Prefix block)
    {
        string key = $"vip/{cell}/{shard}";
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({key}, 0))", cancel);
        (IPAddress first, IPAddress last) = (Ipv4.ToIp(block.First), Ipv4.ToIp(block.Last));
        List<IPAddress> rows = await db.Database.SqlQuery<IPAddress>(
            $"""
            select address as "Value" from vip_addresses
            where address between {first} and {last} and (free_at is null or free_at > {now})
            """).ToListAsync(cancel);
        HashSet<uint> taken = [.. rows.Select(Ipv4.FromIp)];
        for (uint address = block.First + 1; address < block.Last; address++)
        {
            if (!taken.Contains(address))
                return address;
        }

        throw new RetryWorkException();
    }
}
