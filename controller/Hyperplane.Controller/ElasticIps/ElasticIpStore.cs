using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Contracts.AddressPools;
using Hyperplane.Controller.Contracts.ElasticIps;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.LoadBalancers;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Quotas;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.ElasticIps;

/// <summary>Elastic IPs in the database.</summary>
internal sealed class ElasticIpStore(Session session, ControllerOptions options) : IElasticIps
{
    /// <inheritdoc/>
    public Task<Outcome<ElasticIp>> CreateAsync(string tenantId, ElasticIpConfig config, CancellationToken cancel) =>
        session.WriteAsync<ElasticIp>(
            tenantId,
            async db =>
            {
                var errors = new List<FieldError>();
                if (config.Name is not null)
                    Rules.Name(errors, config.Name, "/name");
                Rules.Tags(errors, config.Tags, "/tags");
                await QuotaCheck.LockAsync(db, tenantId, cancel);
                ElasticIpRow? existing = config.Name is null
                    ? null
                    : await db.ElasticIps.AsNoTracking().SingleOrDefaultAsync(one => one.Name == config.Name, cancel);
                if (existing is not null)
                    return Same(existing, config)
                        ? new Outcome<ElasticIp>.Done(View(existing), Changed: false)
                        : Refuse.With<ElasticIp>(
                            RefusalKind.Conflict, "name_in_use",
                            $"The elastic IP {existing.Id} has this name with other settings.",
                            new FieldError("/name", "name_in_use", "The name is in use with other settings."));
                if (await QuotaCheck.RefuseAsync<ElasticIp>(
                    db, tenantId, QuotaName.ElasticIps, await db.ElasticIps.CountAsync(cancel) + 1, "elastic IPs",
                    cancel) is { } over)
                    return over;
                Ip? address = await FindAsync(db, config, errors, cancel);
                return errors.Count > 0 || address is null
                    ? Refuse.All<ElasticIp>(errors)
                    : new Outcome<ElasticIp>.Done(
                        View(Add(db, tenantId, config, address.Value)), Changed: true);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<ElasticIp>> GetAsync(string tenantId, string id, CancellationToken cancel) =>
        session.RunAsync<Outcome<ElasticIp>>(
            tenantId,
            async db => await db.ElasticIps.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancel) is { } row
                ? new Outcome<ElasticIp>.Done(View(row), Changed: false)
                : Refuse.NotFound<ElasticIp>("elastic IP", id),
            cancel);

    /// <inheritdoc/>
    public Task<Page<ElasticIp>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        session.RunAsync(
            tenantId,
            async db =>
            {
                long after = Paging.After(page);
                List<ElasticIpRow> found = await db.ElasticIps.AsNoTracking()
                    .Where(one => one.Serial > after && (page.Name == null || one.Name == page.Name))
                    .OrderBy(one => one.Serial).Take(Paging.Take(page)).ToListAsync(cancel);
                (List<ElasticIpRow> rows, string? next) = Paging.Cut(page, found, one => one.Serial);
                return new Page<ElasticIp>([.. rows.Select(View)], next);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<ElasticIp>> ChangeAsync(
        string tenantId, string id, ElasticIpChange change, CancellationToken cancel) =>
        session.WriteAsync<ElasticIp>(
            tenantId,
            async db =>
            {
                if (await LockAsync(db, id, cancel) is not { } row)
                    return Refuse.NotFound<ElasticIp>("elastic IP", id);
                if (session.Objection<ElasticIp>("elastic IP", id, row.Generation) is { } stale)
                    return stale;
                IReadOnlyDictionary<string, string> tags = TagText.Merge(TagText.Read(row.Tags), change.Tags);
                var errors = new List<FieldError>();
                Rules.Tags(errors, tags, "/tags");
                if (errors.Count > 0)
                    return Refuse.All<ElasticIp>(errors);
                bool changed = !TagText.Same(row.Tags, tags);
                if (changed)
                {
                    row.Tags = TagText.Write(tags);
                    db.Record(session.Now, tenantId, "elastic_ip.changed", id, ++row.Generation);
                }

                return new Outcome<ElasticIp>.Done(View(row), changed);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<ElasticIp>> ReleaseAsync(string tenantId, string id, CancellationToken cancel) =>
        session.WriteAsync<ElasticIp>(
            tenantId,
            async db =>
            {
                if (await LockAsync(db, id, cancel) is not { } row)
                    return Refuse.NotFound<ElasticIp>("elastic IP", id);
                if (session.Objection<ElasticIp>("elastic IP", id, row.Generation) is { } stale)
                    return stale;
                if (row.AssociatedWith is { } user)
                    return Refuse.With<ElasticIp>(
                        RefusalKind.Conflict, "elastic_ip_in_use",
                        $"It is an address of {user}; delete that, or take its zone out, first.");
                VipAddressRow held =
                    await db.VipAddresses.SingleAsync(vip => vip.Address.Equals(row.Address) && vip.Held, cancel);
                if (held.Cell is null)
                    db.VipAddresses.Remove(held);
                else
                    (held.Held, held.FreeAt) = (false, session.Now + options.AddressQuarantine);
                db.ElasticIps.Remove(row);
                db.Record(session.Now, tenantId, "elastic_ip.released", id, row.Generation + 1);
                return new Outcome<ElasticIp>.Done(View(row), Changed: true);
            },
            cancel);

    private static Task<ElasticIpRow?> LockAsync(HyperplaneDb db, string id, CancellationToken cancel) =>
        db.ElasticIps.FromSql($"select * from elastic_ips where id = {id} for update").SingleOrDefaultAsync(cancel);

    private ElasticIpRow Add(HyperplaneDb db, string tenantId, ElasticIpConfig config, Ip found)
    {
        System.Net.IPAddress address = found.ToIPAddress();
        db.VipAddresses.Add(new VipAddressRow { Address = address, Zone = config.Zone, Held = true });
        var row = new ElasticIpRow
        {
            Id = Ids.New("eip"),
            TenantId = tenantId,
            Name = config.Name,
            Zone = config.Zone,
            Address = address,
            Tags = TagText.Write(config.Tags),
            Generation = 1,
            CreatedAt = session.Now,
        };
        db.ElasticIps.Add(row);
        db.Record(session.Now, tenantId, "elastic_ip.allocated", row.Id, row.Generation);
        return row;
    }

    private static async Task<Ip?> FindAsync(
        HyperplaneDb db, ElasticIpConfig config, List<FieldError> errors, CancellationToken cancel)
    {
        VipSpace space = await VipSpace.ReadAsync(db, [config.Zone], cancel);
        if (!space.Zones.Exists(zone => zone.Name == config.Zone))
        {
            errors.Add(Rules.UnknownZone("/zone", config.Zone, space.Zones.Select(zone => zone.Name)));
            return null;
        }

        Ip chosen = default;
        if (config.Address is not null && !Ip.TryParse(config.Address, out chosen))
            errors.Add(Rules.Invalid("/address", "An address is allowed."));
        else if (config.Address is not null && config.IpAddressType is { } family
            && chosen.IsIpv4 != (family == IpFamily.Ipv4))
            errors.Add(Rules.Invalid("/address", "It is not of the ipAddressType that is asked for."));
        if (errors.Count > 0)
            return null;
        bool isIpv4 = config.Address is null ? config.IpAddressType != IpFamily.Ipv6 : chosen.IsIpv4;
        PoolSpace pools = PoolSpace.Of(space.Pools, config.Zone, AddressPoolKind.Elastic, isIpv4);
        if (pools.Pools.Count == 0)
            errors.Add(new FieldError(
                "/zone", "no_elastic_pool",
                $"Zone {config.Zone} has no pool of elastic IPv{(isIpv4 ? 4 : 6)} addresses; ask the operator."));
        else if (config.Address is null)
            return await LowestFreeAsync(db, config.Zone, pools, errors, cancel);
        else if (!pools.Contains(chosen))
            errors.Add(new FieldError(
                "/address", "address_outside_pool",
                $"The elastic pool of zone {config.Zone} is {string.Join(", ", pools.Pools)}."));
        else
            await CheckTakenAsync(db, chosen, errors, cancel);
        return errors.Count > 0 ? null : chosen;
    }

    private static async Task<Ip?> LowestFreeAsync(
        HyperplaneDb db, string zone, PoolSpace pools, List<FieldError> errors, CancellationToken cancel)
    {
        Ip? lowest = await pools.LowestFreeAsync(db, cancel);
        if (lowest is null)
            errors.Add(new FieldError(
                "/zone", "elastic_pool_exhausted",
                $"The elastic pools of zone {zone} have no address left; try later, or ask the operator."));
        return lowest;
    }

    private static async Task CheckTakenAsync(
        HyperplaneDb db, Ip chosen, List<FieldError> errors, CancellationToken cancel)
    {
        System.Net.IPAddress address = chosen.ToIPAddress();
        if (await db.VipAddresses.AnyAsync(vip => vip.Address.Equals(address), cancel))
            errors.Add(new FieldError(
                "/address", "address_in_use", "The address is in use, or was a while ago and is in quarantine."));
    }

    private static ElasticIp View(ElasticIpRow row) => new(
        row.Id, row.Name, row.Zone, row.Address.ToString(), TagText.Read(row.Tags), row.Generation, row.CreatedAt)
    {
        IpAddressType = Ip.From(row.Address).IsIpv4 ? IpFamily.Ipv4 : IpFamily.Ipv6,
        AssociatedWith = row.AssociatedWith,
    };

    private static bool Same(ElasticIpRow row, ElasticIpConfig config)
    {
        var address = Ip.From(row.Address);
        return row.Zone == config.Zone
            && TagText.Same(row.Tags, config.Tags)
            && (config.Address is null || (Ip.TryParse(config.Address, out Ip wanted) && wanted == address))
            && (config.IpAddressType is not { } family || (family == IpFamily.Ipv4) == address.IsIpv4)
            && (config.Address is not null || config.IpAddressType is not null || address.IsIpv4);
    }
}
