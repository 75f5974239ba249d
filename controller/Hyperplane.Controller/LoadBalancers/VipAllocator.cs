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
/// serves it; outside all blocks a shard is chosen and it is announced alone. The IPv6 address of a dualstack load
/// balancer comes from its shard's IPv6 block; another one that is asked for is announced alone.
/// </remarks>
internal sealed class VipAllocator(
    HyperplaneDb db, string loadBalancerId, bool isDualstack, DateTimeOffset now, CancellationToken cancel)
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
        List<FieldError> errors = await VipRequest.CheckAsync(
            db, wanted, isDualstack, zones, cells, now, requests, cancel);
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
            await TakeAsync(place, place.Vip);
            if (place.Ipv6Vip is not null)
                await TakeAsync(place, place.Ipv6Vip);
            row.Zones.Add(new LoadBalancerZoneRow
            {
                LoadBalancerId = row.Id,
                Zone = place.Zone,
                TenantId = tenantId,
                Position = place.Position,
                Cell = place.Cell,
                Shard = place.Shard,
                Address = place.Vip.Address.ToIPAddress(),
                Prefix = place.Vip.Prefix.ToNetwork(),
                AnnounceAlone = place.Vip.IsAlone,
                Ipv6Address = place.Ipv6Vip?.Address.ToIPAddress(),
                Ipv6Prefix = place.Ipv6Vip?.Prefix.ToNetwork(),
                Ipv6AnnounceAlone = place.Ipv6Vip?.IsAlone == true,
            });
        }
    }

    private async Task TakeAsync(VipPlace place, VipChoice vip)
    {
        IPAddress address = vip.Address.ToIPAddress();
        await db.VipAddresses.Where(used => used.Address.Equals(address) && used.FreeAt <= now)
            .ExecuteDeleteAsync(cancel);
        db.VipAddresses.Add(new VipAddressRow
        {
            Address = address,
            Zone = place.Zone,
            Cell = place.Cell,
            AnnounceAlone = vip.IsAlone,
        });
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
                    return await PlaceAsync(request, cell, pools, shard, new VipChoice(chosen, pools.Block(shard)));
            }
        }

        List<ShardUse> uses = await ShardUse.ReadAsync(db, request.Zone, cells, isDualstack, now, cancel);
        Dictionary<string, int> lone = request.Address is null ? [] : await LoneAsync(request.Zone.Name);
        List<ShardUse> candidates =
        [
            .. uses.OrderByDescending(use => staffed.Contains(use.Cell.Name))
                .ThenByDescending(use => use.Free.Sum())
                .ThenBy(use => use.Cell.Name, StringComparer.Ordinal),
        ];
        if (request.Address is { } alone)
        {
            candidates.RemoveAll(use => lone.GetValueOrDefault(use.Cell.Name) >= MaxLonePerCell);
            if (candidates.Count == 0)
                return null;
            (CellRow cell, CellPools pools, _) = candidates[0];
            int shard = Rendezvous.Order(loadBalancerId + cell.Name, Enumerable.Range(0, pools.ShardCount))[0];
            return await PlaceAsync(request, cell, pools, shard, VipChoice.Alone(alone));
        }

        foreach ((CellRow cell, CellPools pools, int[] free) in candidates)
        {
            IReadOnlyList<int> shards = Rendezvous.Order(
                loadBalancerId + cell.Name, Enumerable.Range(0, pools.ShardCount).Where(shard => free[shard] > 0));
            if (shards.Count == 0)
                continue;
            IpPrefix block = pools.Block(shards[0]);
            Ip address = await LowestFreeAsync(cell.Name, shards[0], block) ?? throw new RetryWorkException();
            return await PlaceAsync(request, cell, pools, shards[0], new VipChoice(address, block));
        }

        return null;
    }

    /// <summary>With an IPv6 address as well where one is wanted; null when there is none.</summary>
    private async Task<VipPlace?> PlaceAsync(
        VipRequest request, CellRow cell, CellPools pools, int shard, VipChoice vip)
    {
        var place = new VipPlace(request.Position, request.Zone.Name, cell.Name, shard, vip);
        if (!isDualstack)
            return place;
        IpPrefix block = pools.Ipv6Block(shard);
        if (request.Ipv6Address is { } chosen)
            return place with
            {
                Ipv6Vip = block.Contains(chosen) ? new VipChoice(chosen, block) : VipChoice.Alone(chosen),
            };
        return await LowestFreeAsync(cell.Name, shard, block) is { } lowest
            ? place with { Ipv6Vip = new VipChoice(lowest, block) }
            : null;
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

    private async Task<Ip?> LowestFreeAsync(string cell, int shard, IpPrefix block)
    {
        string key = $"vip/{cell}/{shard}";
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({key}, 0))", cancel);
        (IPAddress first, IPAddress last) = (block.First.ToIPAddress(), block.Last.ToIPAddress());
        List<IPAddress> rows = await db.Database.SqlQuery<IPAddress>(
            $"""
            select address as "Value" from vip_addresses
            where address between {first} and {last} and (free_at is null or free_at > {now})
            """).ToListAsync(cancel);
        HashSet<Ip> taken = [.. rows.Select(Ip.From)];
        for (UInt128 address = block.First.Value + 1; address < block.Last.Value; address++)
        {
            if (!taken.Contains(new Ip(address)))
                return new Ip(address);
        }

        return null;
    }
}
