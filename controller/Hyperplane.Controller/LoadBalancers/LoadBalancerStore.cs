using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Quotas;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.LoadBalancers;

/// <summary>Load balancers in the database.</summary>
internal sealed class LoadBalancerStore(
    Session session,
    StatusReader status,
    Notifications notifications,
    ControllerOptions options,
    TimeProvider time) : ILoadBalancers
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    // Whether a node is live depends on the clock, which notifies nobody.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> CreateAsync(string tenantId, LoadBalancerConfig config, CancellationToken cancel)
    {
        var malformed = new List<FieldError>();
        Rules.Name(malformed, config.Name, "/name");
        Rules.Tags(malformed, config.Tags, "/tags");
        LoadBalancerAttributes.Check(malformed, config.Attributes);
        return session.WriteAsync<LoadBalancer>(
            tenantId,
            async db =>
            {
                await QuotaCheck.LockAsync(db, tenantId, cancel);
                LoadBalancerRow? existing = await db.LoadBalancers.AsNoTracking().Include(lb => lb.Zones)
                    .SingleOrDefaultAsync(lb => lb.Name == config.Name && lb.DeletedAt == null, cancel);
                if (existing is not null)
                    return Same(existing, config)
                        ? new Outcome<LoadBalancer>.Done(await ViewAsync(db, existing, cancel), Changed: false)
                        : Refuse.With<LoadBalancer>(
                            RefusalKind.Conflict,
                            "name_in_use",
                            $"The load balancer {existing.Id} has this name with other settings.",
                            new FieldError("/name", "name_in_use", "The name is in use with other settings."));
                int count = await db.LoadBalancers.CountAsync(lb => lb.DeletedAt == null, cancel);
                if (await QuotaCheck.RefuseAsync<LoadBalancer>(
                    db, tenantId, QuotaName.LoadBalancers, count + 1, "load balancers", cancel) is { } over)
                    return over;
                var row = new LoadBalancerRow
                {
                    Id = Ids.New("lb"),
                    TenantId = tenantId,
                    Name = config.Name,
                    IpAddressType = config.IpAddressType,
                    Scheme = config.Scheme,
                    Attributes = TagText.Write(config.Attributes),
                    Tags = TagText.Write(config.Tags),
                    Generation = 1,
                    CreatedAt = session.Now,
                };
                IReadOnlyList<FieldError> errors = await PlaceAsync(db, row, config, malformed, cancel);
                if (errors.Count > 0)
                    return Refuse.All<LoadBalancer>(errors);
                db.LoadBalancers.Add(row);
                db.Record(session.Now, tenantId, "load_balancer.created", row.Id, row.Generation);
                db.Touch(session.Now, row.Zones.Select(zone => zone.Cell), row.Id);
                return new Outcome<LoadBalancer>.Done(await ViewAsync(db, row, cancel), Changed: true);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> GetAsync(string tenantId, string id, CancellationToken cancel) =>
        session.RunAsync<Outcome<LoadBalancer>>(
            tenantId,
            async db => await db.LoadBalancers.AsNoTracking().Include(lb => lb.Zones)
                .SingleOrDefaultAsync(lb => lb.Id == id, cancel) is { } row
                ? new Outcome<LoadBalancer>.Done(await ViewAsync(db, row, cancel), Changed: false)
                : Refuse.NotFound<LoadBalancer>("load balancer", id),
            cancel);

    /// <inheritdoc/>
    public Task<Page<LoadBalancer>> ListAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        session.RunAsync(
            tenantId,
            async db =>
            {
                (List<LoadBalancerRow> rows, string? next) = await TaggedPaging.ReadAsync(
                    db.LoadBalancers.AsNoTracking(), page, cancel);

                // Asked for by their keys: joined to the page they would be read whole.
                string[] ids = [.. rows.Select(row => row.Id)];
                ILookup<string, LoadBalancerZoneRow> zones = (await db.LoadBalancerZones.AsNoTracking()
                    .Where(zone => ids.Contains(zone.LoadBalancerId)).ToListAsync(cancel))
                    .ToLookup(zone => zone.LoadBalancerId);
                rows.ForEach(row => row.Zones.AddRange(zones[row.Id]));
                IReadOnlyDictionary<string, ResourceStatus> states =
                    await status.OfLoadBalancersAsync(db, rows, cancel);
                return new Page<LoadBalancer>([.. rows.Select(row => LoadBalancerViews.Of(row, states[row.Id]))], next);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> ChangeAsync(
        string tenantId, string id, LoadBalancerChange change, CancellationToken cancel) =>
        UpdateAsync(
            tenantId,
            id,
            change.Zones,
            before => before with
            {
                IpAddressType = change.IpAddressType ?? before.IpAddressType,
                Attributes = TagText.Merge(before.Attributes, change.Attributes),
                Tags = TagText.Merge(before.Tags, change.Tags),
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> ReplaceAsync(
        string tenantId, string id, LoadBalancerConfig config, CancellationToken cancel) =>
        UpdateAsync(tenantId, id, config.Zones, _ => config, cancel);

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> DeleteAsync(string tenantId, string id, CancellationToken cancel) =>
        DeleteAsync(tenantId, id, isTree: false, cancel);

    /// <inheritdoc/>
    public Task<Outcome<LoadBalancer>> DeleteTreeAsync(string tenantId, string id, CancellationToken cancel) =>
        DeleteAsync(tenantId, id, isTree: true, cancel);

    /// <inheritdoc/>
    public async Task<Outcome<LoadBalancer>> WaitAsync(
        string tenantId, LoadBalancer seen, TimeSpan wait, CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        TimeSpan limit = wait < MaxWait ? wait : MaxWait;
        while (true)
        {
            Task changed = notifications.Status.NextAsync();
            Outcome<LoadBalancer> current = await GetAsync(tenantId, seen.Id, cancel);
            TimeSpan left = limit - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero
                || current is not Outcome<LoadBalancer>.Done done
                || !done.Value.TellsSame(seen))
                return current;
            await AsyncSignal.WaitAsync(changed, left < PollInterval ? left : PollInterval, time, cancel);
        }
    }

    /// <inheritdoc/>
    public async Task<Page<LoadBalancer>> WaitAllAsync(
        string tenantId, IReadOnlyDictionary<string, LoadBalancer> seen, int most, TimeSpan wait,
        CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        TimeSpan limit = wait < MaxWait ? wait : MaxWait;
        while (true)
        {
            Task changed = notifications.Status.NextAsync();
            Page<LoadBalancer> current = await ListAsync(tenantId, new PageRequest(most, null, null), cancel);
            TimeSpan left = limit - time.GetElapsedTime(started);
            bool isSame = current.Items.Count == seen.Count && current.Items.All(
                one => seen.TryGetValue(one.Id, out LoadBalancer? known) && one.TellsSame(known));
            if (left <= TimeSpan.Zero || !isSame)
                return current;
            await AsyncSignal.WaitAsync(changed, left < PollInterval ? left : PollInterval, time, cancel);
        }
    }

    /// <summary>Makes one what is wanted of it, made of what it is; its zones stay when none are asked for.</summary>
    private Task<Outcome<LoadBalancer>> UpdateAsync(
        string tenantId,
        string id,
        IReadOnlyList<ZonePlacement>? zones,
        Func<LoadBalancerConfig, LoadBalancerConfig> change,
        CancellationToken cancel) =>
        session.WriteAsync<LoadBalancer>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? row = await LockAsync(db, id, cancel);
                if (row is null || row.DeletedAt is not null)
                    return Refuse.NotFound<LoadBalancer>("load balancer", id);
                if (session.Objection<LoadBalancer>("load balancer", id, row.Generation) is { } stale)
                    return stale;
                await db.Entry(row).Collection(lb => lb.Zones).LoadAsync(cancel);
                LoadBalancerConfig wanted = change(ConfigOf(row));
                var errors = new List<FieldError>();
                Rules.Immutable(errors, "/name", wanted.Name == row.Name, row.Name);
                Rules.Immutable(
                    errors, "/scheme", wanted.Scheme == row.Scheme,
                    row.Scheme == Scheme.Internal ? "internal" : "internet-facing");
                LoadBalancerAttributes.Check(errors, wanted.Attributes);
                Rules.Tags(errors, wanted.Tags, "/tags");
                var set = new ZoneSet(db, row, options.AddressQuarantine, session.Now, cancel);
                if (zones is not null || wanted.IpAddressType != row.IpAddressType)
                    errors.AddRange(await set.ChangeAsync(zones, wanted.IpAddressType));
                if (errors.Count > 0)
                    return Refuse.All<LoadBalancer>(errors);
                if (row.ShiftedZone is { } shifted && KeepShift(row, shifted, wanted) is { } wrong)
                    return Refuse.With<LoadBalancer>(RefusalKind.Conflict, "zonal_shift_active", wrong);
                bool changed = set.Changed
                    || !TagText.Same(row.Attributes, wanted.Attributes) || !TagText.Same(row.Tags, wanted.Tags);
                if (changed)
                {
                    row.Attributes = TagText.Write(wanted.Attributes);
                    row.Tags = TagText.Write(wanted.Tags);
                    db.Record(session.Now, tenantId, "load_balancer.changed", row.Id, ++row.Generation);
                    db.Touch(session.Now, set.Touched.Union(row.Zones.Select(zone => zone.Cell)), row.Id);
                    await db.SaveChangesAsync(cancel);
                }

                return new Outcome<LoadBalancer>.Done(await ViewAsync(db, row, cancel), changed);
            },
            cancel);

    /// <summary>Ends the shift when its zone is left; what speaks against a change while it lasts.</summary>
    private static string? KeepShift(LoadBalancerRow row, string shifted, LoadBalancerConfig wanted)
    {
        if (!LoadBalancerAttributes.MayShift(wanted.Attributes))
            return $"The load balancer is shifted away from zone {shifted}; cancel that before it opts out.";
        if (row.Zones.TrueForAll(zone => zone.Zone == shifted))
            return $"The load balancer is shifted away from zone {shifted}; cancel that before no other zone is left.";
        if (!row.Zones.Exists(zone => zone.Zone == shifted))
            (row.ShiftedZone, row.ShiftExpiresAt, row.ShiftComment) = (null, null, null);
        return null;
    }

    /// <summary>Gives a new one its VIPs, or says everything that is wrong with the request.</summary>
    private async Task<IReadOnlyList<FieldError>> PlaceAsync(
        HyperplaneDb db, LoadBalancerRow row, LoadBalancerConfig config, List<FieldError> malformed,
        CancellationToken cancel)
    {
        VipSpace space = await VipSpace.ReadAsync(
            db, config.Scheme == Scheme.Internal ? config.Zones.Select(zone => zone.Zone) : [], cancel);
        var reader = new VipRequestReader(
            db, space, config.Scheme, config.IpAddressType == IpAddressType.Dualstack, cancel);
        (IReadOnlyList<VipRequest> requests, List<FieldError> errors) =
            await reader.ReadAsync([.. config.Zones.Select((zone, i) => new ZoneAsked(i, zone, Kept: null))]);
        return malformed.Count + errors.Count > 0
            ? [.. malformed, .. errors]
            : await new VipAllocator(db, row, space, session.Now, cancel).GiveAsync(requests);
    }

    /// <summary>A load balancer, locked to its transaction's end.</summary>
    internal static Task<LoadBalancerRow?> LockAsync(HyperplaneDb db, string id, CancellationToken cancel) =>
        db.LoadBalancers.FromSql($"select * from load_balancers where id = {id} for update")
            .SingleOrDefaultAsync(cancel);

    private Task<Outcome<LoadBalancer>> DeleteAsync(
        string tenantId, string id, bool isTree, CancellationToken cancel) =>
        session.WriteAsync<LoadBalancer>(
            tenantId,
            async db =>
            {
                LoadBalancerRow? row = await LockAsync(db, id, cancel);
                if (row is null)
                    return Refuse.NotFound<LoadBalancer>("load balancer", id);
                if (session.Objection<LoadBalancer>("load balancer", id, row.Generation) is { } stale)
                    return stale;
                await db.Entry(row).Collection(lb => lb.Zones).LoadAsync(cancel);
                bool changed = row.DeletedAt is null;
                if (changed && LoadBalancerAttributes.IsProtected(TagText.Read(row.Attributes)))
                    return Refuse.With<LoadBalancer>(
                        RefusalKind.Conflict, "deletion_protected",
                        "The load balancer is protected; set deletion_protection.enabled to false first.");
                if (changed)
                    await MarkDeletedAsync(db, row, isTree, cancel);
                return new Outcome<LoadBalancer>.Done(await ViewAsync(db, row, cancel), changed);
            },
            cancel);

    private async Task MarkDeletedAsync(
        HyperplaneDb db, LoadBalancerRow row, bool isTree, CancellationToken cancel)
    {
        DateTimeOffset now = session.Now;
        row.DeletedAt = now;
        row.Generation++;
        await db.Listeners.Where(listener => listener.LoadBalancerId == row.Id && listener.DeletedAt == null)
            .ExecuteUpdateAsync(
                update => update.SetProperty(listener => listener.DeletedAt, now)
                    .SetProperty(listener => listener.LoadBalancerGeneration, row.Generation),
                cancel);
        string[] groups = !isTree
            ? []
            : await db.ListenerGroups.Where(use => use.LoadBalancerId == row.Id && !use.Deleted)
                .Select(use => use.TargetGroupId).Distinct().ToArrayAsync(cancel);
        await db.ListenerGroups.Where(use => use.LoadBalancerId == row.Id)
            .ExecuteUpdateAsync(update => update.SetProperty(use => use.Deleted, true), cancel);
        if (groups.Length > 0)
            await DeleteUnusedAsync(db, row.TenantId, groups, cancel);
        await VipRelease.FreeAsync(
            db, row, row.Zones.SelectMany(zone => new[] { zone.Address, zone.Ipv6Address }), now,
            options.AddressQuarantine, cancel);
        db.Record(now, row.TenantId, "load_balancer.deleted", row.Id, row.Generation);
        db.Touch(now, row.Zones.Select(zone => zone.Cell), row.Id);
    }

    private async Task DeleteUnusedAsync(
        HyperplaneDb db, string tenantId, string[] groups, CancellationToken cancel)
    {
        // Locked, so that no listener begins to use one meanwhile; in order of names, so that none waits in a circle.
        List<TargetGroupRow> locked = await db.TargetGroups
            .FromSql($"select * from target_groups where id = any({groups}) order by id for update")
            .ToListAsync(cancel);
        HashSet<string> used = await db.ListenerGroups
            .Where(use => groups.Contains(use.TargetGroupId) && !use.Deleted)
            .Select(use => use.TargetGroupId).ToHashSetAsync(cancel);
        foreach (TargetGroupRow unused in locked.Where(group => !used.Contains(group.Id)))
        {
            db.TargetGroups.Remove(unused);
            db.Record(session.Now, tenantId, "target_group.deleted", unused.Id, unused.Generation + 1);
        }
    }

    private Task<LoadBalancer> ViewAsync(HyperplaneDb db, LoadBalancerRow row, CancellationToken cancel) =>
        status.OfLoadBalancerAsync(db, row, cancel);

    private static bool Same(LoadBalancerRow row, LoadBalancerConfig config) =>
        TagText.Same(row.Tags, config.Tags)
        && TagText.Same(row.Attributes, config.Attributes)
        && row.IpAddressType == config.IpAddressType
        && row.Scheme == config.Scheme
        && row.Zones.Count == config.Zones.Count
        && row.Zones.TrueForAll(zone => config.Zones.Any(
            wanted => wanted.Zone == zone.Zone
                && Same(zone.Address, wanted.Address) && Same(zone.Ipv6Address, wanted.Ipv6Address)
                && zone.ElasticIpId == wanted.ElasticIp && zone.Ipv6ElasticIpId == wanted.Ipv6ElasticIp));

    private static LoadBalancerConfig ConfigOf(LoadBalancerRow row) => new(
        row.Name,
        [.. row.Zones.Select(zone => new ZonePlacement(zone.Zone, Address: null))],
        TagText.Read(row.Tags))
    {
        IpAddressType = row.IpAddressType,
        Scheme = row.Scheme,
        Attributes = TagText.Read(row.Attributes),
    };

    private static bool Same(System.Net.IPAddress? stored, string? wanted) =>
        wanted is null
        || (stored is not null && Ip.TryParse(wanted, out Ip address) && address == Ip.From(stored));
}
