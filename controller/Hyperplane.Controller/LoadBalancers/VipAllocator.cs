using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.ElasticIps;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Finds a cell, a shard and an address in each zone that a load balancer asks for.</summary>
/// <remarks>
/// Cell and shard: as <see cref="ShardPlacement"/> says, never of a draining cell. Address: the block's lowest that is
/// neither used nor in quarantine, the block's first and last left out. Creations in one shard wait for each other; one
/// that finds the shard full meanwhile begins anew. An address that is asked for may be any of the pool: its block's
/// shard serves it; outside the blocks of cells that take new ones, as elastic IPs and internal VIPs are, a shard is
/// chosen (for an elastic IP always the same in a cell) and it is announced alone. The IPv6 address of a dualstack load
/// balancer comes from its shard's IPv6 block; another one that is asked for is announced alone.
/// </remarks>
internal sealed class VipAllocator(
    HyperplaneDb db, LoadBalancerRow owner, VipSpace space, DateTimeOffset now, CancellationToken cancel)
{
    // Each is a route in every router of the zone; agents refuse a snapshot with more than 4,096.
    private const int MaxLonePerCell = 1_024;

    /// <summary>What is said when a zone has nothing left for a request.</summary>
    public static FieldError Exhausted(VipRequest request) => new(
        $"/zones/{request.Position}",
        "vip_pool_exhausted",
        $"Zone {request.Zone.Name} has no address left; try later or another zone, or ask the operator.");

    /// <summary>Gives the load balancer its VIPs, or says everything that is in the way.</summary>
    public async Task<IReadOnlyList<FieldError>> GiveAsync(IEnumerable<VipRequest> requests)
    {
        var errors = new List<FieldError>();

        // In order of names, so that two creations never wait for each other in a circle.
        foreach (VipRequest request in requests.OrderBy(request => request.Zone.Name, StringComparer.Ordinal))
        {
            if (await GiveAsync(request) is { } error)
                errors.Add(error);
        }

        return errors;
    }

    private async Task<FieldError?> GiveAsync(VipRequest request)
    {
        VipPlace? place = request.Kept is { } kept ? PlaceOf(request.Zone, kept) : await FindAsync(request);
        if (place is null)
            return Exhausted(request);
        if (request.Wishes.FirstOrDefault(wish => wish.Home is { } home && home != place.Cell.Name) is { } away)
            return new FieldError(
                away.Pointer,
                "elastic_ip_in_use",
                $"Nodes of cell {away.Home} had the elastic IP until a while ago, and the load balancer is in cell "
                + $"{place.Cell.Name}; try later or another one.");
        VipChoice? ipv4 = await ChooseAsync(place, request.Ipv4, isIpv4: true);
        VipChoice? ipv6 = await ChooseAsync(place, request.Ipv6, isIpv4: false);
        if ((request.Ipv4 is not null && ipv4 is null) || (request.Ipv6 is not null && ipv6 is null))
            return Exhausted(request);
        int lone = new[] { ipv4, ipv6 }.Count(vip => vip?.IsAlone == true);
        if (lone > 0 && await LoneAsync(place.Cell.Name) + lone > MaxLonePerCell)
            return Exhausted(request);
        await TakeAsync(place, request.Ipv4, ipv4);
        await TakeAsync(place, request.Ipv6, ipv6);
        if (request.Kept is not null)
            await AddAsync(request.Kept, ipv6!, request.Ipv6!);
        else
            Add(request, place, ipv4!, ipv6);
        return null;
    }

    private void Add(VipRequest request, VipPlace place, VipChoice ipv4, VipChoice? ipv6) =>
        owner.Zones.Add(new LoadBalancerZoneRow
        {
            LoadBalancerId = owner.Id,
            Zone = request.Zone.Name,
            TenantId = owner.TenantId,
            Position = request.Position,
            Cell = place.Cell.Name,
            Shard = place.Shard,
            Address = ipv4.Address.ToIPAddress(),
            Prefix = ipv4.Prefix.ToNetwork(),
            AnnounceAlone = ipv4.IsAlone,
            ElasticIpId = request.Ipv4?.Elastic?.Id,
            Ipv6Address = ipv6?.Address.ToIPAddress(),
            Ipv6Prefix = ipv6?.Prefix.ToNetwork(),
            Ipv6AnnounceAlone = ipv6?.IsAlone == true,
            Ipv6ElasticIpId = request.Ipv6?.Elastic?.Id,
        });

    private async Task AddAsync(LoadBalancerZoneRow kept, VipChoice ipv6, VipWish wish)
    {
        kept.Ipv6Address = ipv6.Address.ToIPAddress();
        kept.Ipv6Prefix = ipv6.Prefix.ToNetwork();
        kept.Ipv6AnnounceAlone = ipv6.IsAlone;
        kept.Ipv6ElasticIpId = wish.Elastic?.Id;
        // It may have had one before, whose number is never reused.
        kept.Ipv6VipId = (await db.Database.SqlQuery<long>($"select nextval('vip_ids') as \"Value\"")
            .ToListAsync(cancel))[0];
    }

    private async Task TakeAsync(VipPlace place, VipWish? wish, VipChoice? vip)
    {
        if (wish is null || vip is null)
            return;
        IPAddress address = vip.Address.ToIPAddress();
        if (wish.Elastic is { } elastic)
        {
            elastic.AssociatedWith = owner.Id;
            db.Record(now, owner.TenantId, "elastic_ip.associated", elastic.Id, elastic.Generation);
            await db.VipAddresses.Where(held => held.Address.Equals(address) && held.Held)
                .ExecuteUpdateAsync(
                    update => update.SetProperty(held => held.Cell, place.Cell.Name)
                        .SetProperty(held => held.Shard, place.Shard)
                        .SetProperty(held => held.AnnounceAlone, true)
                        .SetProperty(held => held.FreeAt, (DateTimeOffset?)null)
                        .SetProperty(held => held.GoneInVersion, (long?)null),
                    cancel);
            return;
        }

        db.VipAddresses.Add(new VipAddressRow
        {
            Address = address,
            Zone = place.Cell.Zone,
            Cell = place.Cell.Name,
            Shard = place.Shard,
            AnnounceAlone = vip.IsAlone,
        });
    }

    private VipPlace PlaceOf(ZoneRow zone, LoadBalancerZoneRow kept)
    {
        CellRow cell = space.Cells[zone.Name].Single(one => one.Name == kept.Cell);
        return new VipPlace(cell, ZonePools.CellPart(zone, cell.Ordinal), kept.Shard);
    }

    private async Task<VipPlace?> FindAsync(VipRequest request)
    {
        CellRow[] cells = [.. space.Open(request.Zone.Name, request.Home)];
        Ip? chosen = request.Ipv4!.Address;
        foreach (CellRow cell in chosen is null ? [] : cells)
        {
            CellPools pools = ZonePools.CellPart(request.Zone, cell.Ordinal);
            int shard = pools.ShardOf(chosen!.Value);
            if (shard >= 0)
                return new VipPlace(cell, pools, shard);
        }

        var open = new List<CellRow>();
        foreach (CellRow cell in cells)
        {
            if (chosen is null || await LoneAsync(cell.Name) < MaxLonePerCell)
                open.Add(cell);
        }

        List<ShardUse> uses = await ShardUse.ReadAsync(
            db, request.Zone, open, cell => space.Nodes.GetValueOrDefault(cell, CellNodes.None),
            request.Ipv6 is { Address: null }, cancel);
        return request.Ipv4.Elastic is { } elastic
            ? ElasticPlace(uses, elastic.Id)
            : ShardPlacement.Choose(
                uses, await OwnAsync(request.Zone.Name), owner.TenantId, isAlone: chosen is not null);
    }

    private static VipPlace? ElasticPlace(List<ShardUse> uses, string id) => ShardPlacement.InOrder(uses)
        .OrderByDescending(use => use.Nodes.Serving > 0)
        .Where(use => use.Pools.ShardCount > 0)
        .Select(use => new VipPlace(
            use.Cell, use.Pools,
            Rendezvous.Order(id + use.Cell.Name, Enumerable.Range(0, use.Pools.ShardCount))[0]))
        .FirstOrDefault();

    /// <summary>How many load balancers the tenant has in a zone, by cell and shard.</summary>
    private async Task<Dictionary<(string, int), int>> OwnAsync(string zone)
    {
        var rows = await db.LoadBalancerZones
            .Where(row => row.TenantId == owner.TenantId && row.Zone == zone)
            .Join(
                db.LoadBalancers.Where(row => row.DeletedAt == null), row => row.LoadBalancerId, row => row.Id,
                (row, _) => new { row.Cell, row.Shard })
            .GroupBy(row => new { row.Cell, row.Shard })
            .Select(group => new { group.Key.Cell, group.Key.Shard, Count = group.Count() })
            .ToListAsync(cancel);
        return rows.ToDictionary(row => (row.Cell, row.Shard), row => row.Count);
    }

    /// <summary>Null when the shard's block has no address left.</summary>
    private async Task<VipChoice?> ChooseAsync(VipPlace place, VipWish? wish, bool isIpv4)
    {
        if (wish is null)
            return null;
        Ip? address = wish.Address ?? await LowestFreeAsync(place.Cell.Name, place.Shard, place.Block(isIpv4));
        // Another creation was faster since the shard was chosen.
        if (address is null && isIpv4)
            throw new RetryWorkException();
        return address is { } found ? place.Choose(found) : null;
    }

    /// <summary>How many addresses a cell announces alone, those of other tenants too.</summary>
    private Task<int> LoneAsync(string cell) => db.VipAddresses
        .CountAsync(vip => vip.Cell == cell && vip.AnnounceAlone && vip.FreeAt == null, cancel);

    private async Task<Ip?> LowestFreeAsync(string cell, int shard, IpPrefix block)
    {
        string key = $"vip/{cell}/{shard}";
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({key}, 0))", cancel);
        (IPAddress first, IPAddress last) = (block.First.ToIPAddress(), block.Last.ToIPAddress());
        List<IPAddress> rows = await db.Database.SqlQuery<IPAddress>(
            $"""
            select address as "Value" from vip_addresses
            where address between {first} and {last}
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
