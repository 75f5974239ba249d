using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Quotas;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.TargetGroups;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Targets;

/// <summary>Targets in the database. A change of targets is a new generation of their group.</summary>
internal sealed class TargetStore(Session session, StatusReader status) : ITargets
{
    private const int MostOfRequest = 1_000;

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Target>>> RegisterAsync(
        string tenantId, string targetGroupId, IReadOnlyList<TargetConfig> targets, CancellationToken cancel) =>
        session.WriteAsync<IReadOnlyList<Target>>(
            tenantId,
            async db =>
            {
                await QuotaCheck.LockAsync(db, tenantId, cancel);
                TargetGroupRow? group = await TargetGroupStore.LockAsync(db, targetGroupId, cancel);
                if (group is null)
                    return Refuse.NotFound<IReadOnlyList<Target>>("target group", targetGroupId);
                var errors = new List<FieldError>();
                Dictionary<string, ZonePools> zones = (await db.Zones.AsNoTracking().ToListAsync(cancel))
                    .ToDictionary(zone => zone.Name, ZonePools.Of, StringComparer.Ordinal);
                List<TargetRequest> wanted =
                    TargetRequest.Read(targets, group, MostOfRequest, zones, errors);
                if (errors.Count > 0)
                    return Refuse.All<IReadOnlyList<Target>>(errors);
                Dictionary<(Ip, int), TargetRow> existing = await ExistingAsync(db, targetGroupId, wanted, cancel);
                int total = await db.Targets.CountAsync(target => target.TargetGroupId == targetGroupId, cancel);
                int added = wanted.Count - existing.Count;
                if (await OverQuotaAsync(db, group, total + added, added, cancel) is { } over)
                    return over;

                // EF writes rows in the order of their keys: sorted ids keep the order of the request.
                string[] ids = [.. wanted.Select(_ => Ids.New("target")).Order(StringComparer.Ordinal)];
                TargetRow[] rows = [.. wanted.Zip(ids, (target, id) => Registered(db, group, target, id, existing))];
                return await ApplyAsync(db, group, rows, "target.registered", cancel);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Target>>> DeregisterAsync(
        string tenantId, string targetGroupId, IReadOnlyList<TargetKey> targets, CancellationToken cancel) =>
        session.WriteAsync<IReadOnlyList<Target>>(
            tenantId,
            async db =>
            {
                TargetGroupRow? group = await TargetGroupStore.LockAsync(db, targetGroupId, cancel);
                if (group is null)
                    return Refuse.NotFound<IReadOnlyList<Target>>("target group", targetGroupId);
                var errors = new List<FieldError>();
                List<TargetRequest> wanted =
                    TargetRequest.ReadKeys(targets, group, MostOfRequest, errors);
                if (errors.Count > 0)
                    return Refuse.All<IReadOnlyList<Target>>(errors);
                Dictionary<(Ip, int), TargetRow> existing = await ExistingAsync(db, targetGroupId, wanted, cancel);
                DateTimeOffset until = session.Now.AddSeconds(group.DeregistrationDelaySeconds);
                foreach (TargetRow row in existing.Values)
                    row.DrainingUntil ??= until;
                return await ApplyAsync(
                    db, group, [.. existing.Values.OrderBy(row => row.Serial)], "target.deregistered", cancel);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Page<Target>>> ListAsync(
        string tenantId, string targetGroupId, PageRequest page, CancellationToken cancel) =>
        session.RunAsync<Outcome<Page<Target>>>(
            tenantId,
            async db =>
            {
                if (!await db.TargetGroups.AnyAsync(group => group.Id == targetGroupId, cancel))
                    return Refuse.NotFound<Page<Target>>("target group", targetGroupId);
                long after = Paging.After(page);
                List<TargetRow> found = page.Name is not null
                    ? []
                    : await db.Targets.AsNoTracking()
                        .Where(target => target.TargetGroupId == targetGroupId && target.Serial > after)
                        .OrderBy(target => target.Serial).Take(Paging.Take(page)).ToListAsync(cancel);
                (List<TargetRow> rows, string? next) = Paging.Cut(page, found, target => target.Serial);
                IReadOnlyList<Target> views = await status.OfTargetsAsync(db, rows, cancel);
                return new Outcome<Page<Target>>.Done(new Page<Target>(views, next), Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Target>> GetAsync(string tenantId, string targetGroupId, string id, CancellationToken cancel) =>
        session.RunAsync<Outcome<Target>>(
            tenantId,
            async db => await db.Targets.AsNoTracking()
                .SingleOrDefaultAsync(
                    target => target.Id == id && target.TargetGroupId == targetGroupId, cancel) is { } row
                ? new Outcome<Target>.Done(
                    (await status.OfTargetsAsync(db, [row], cancel))[0] with
                    {
                        Checks = await TargetChecks.ReadAsync(db, row, cancel),
                    },
                    Changed: false)
                : Refuse.NotFound<Target>("target", id),
            cancel);

    private static async Task<Outcome<IReadOnlyList<Target>>.Refused?> OverQuotaAsync(
        HyperplaneDb db, TargetGroupRow group, int total, int added, CancellationToken cancel)
    {
        Outcome<IReadOnlyList<Target>>.Refused? over = await QuotaCheck.RefuseAsync<IReadOnlyList<Target>>(
            db, group.TenantId, QuotaName.TargetsPerTargetGroup, total, "targets of a group", cancel);
        if (over is not null || added == 0)
            return over;
        Dictionary<string, int> used = await QuotaCheck.TargetsOfLoadBalancersAsync(
            db,
            db.ListenerGroups.Where(use => use.TargetGroupId == group.Id && !use.Deleted)
                .Select(use => use.LoadBalancerId),
            cancel);
        return used.Count == 0
            ? null
            : await QuotaCheck.RefuseAsync<IReadOnlyList<Target>>(
                db, group.TenantId, QuotaName.TargetsPerLoadBalancer, used.Values.Max() + added,
                "targets of a load balancer", cancel);
    }

    private TargetRow Registered(
        HyperplaneDb db,
        TargetGroupRow group,
        TargetRequest wanted,
        string newId,
        Dictionary<(Ip, int), TargetRow> existing)
    {
        if (existing.TryGetValue((wanted.Address, wanted.Port), out TargetRow? row))
        {
            row.Weight = wanted.Weight;
            row.Zone = wanted.Zone;
            row.DrainingUntil = null;
            row.Ending = false;
            return row;
        }

        row = new TargetRow
        {
            Id = newId,
            TenantId = group.TenantId,
            TargetGroupId = group.Id,
            Address = wanted.Address.ToIPAddress(),
            Port = wanted.Port,
            Weight = wanted.Weight,
            Zone = wanted.Zone,
            CreatedAt = session.Now,
        };
        db.Targets.Add(row);
        return row;
    }

    private async Task<Outcome<IReadOnlyList<Target>>> ApplyAsync(
        HyperplaneDb db, TargetGroupRow group, IReadOnlyList<TargetRow> rows, string action, CancellationToken cancel)
    {
        bool changed = db.ChangeTracker.HasChanges();
        if (changed)
        {
            group.Generation++;
            db.Record(session.Now, group.TenantId, action, group.Id, group.Generation);
            db.Touch(session.Now, await StatusReader.CellsOfGroupAsync(db, group.Id, cancel), group.Id);
            await db.SaveChangesAsync(cancel);
        }

        return new Outcome<IReadOnlyList<Target>>.Done(
            await status.OfTargetsAsync(db, rows, cancel), changed);
    }

    private static async Task<Dictionary<(Ip, int), TargetRow>> ExistingAsync(
        HyperplaneDb db, string groupId, List<TargetRequest> wanted, CancellationToken cancel)
    {
        IPAddress[] addresses = [.. wanted.Select(target => target.Address.ToIPAddress()).Distinct()];
        HashSet<(Ip, int)> keys = [.. wanted.Select(target => (target.Address, target.Port))];
        List<TargetRow> rows = await db.Targets
            .Where(target => target.TargetGroupId == groupId && addresses.Contains(target.Address)).ToListAsync(cancel);
        return rows.Select(row => (Key: (Ip.From(row.Address), row.Port), Row: row))
            .Where(entry => keys.Contains(entry.Key))
            .ToDictionary(entry => entry.Key, entry => entry.Row);
    }
}
