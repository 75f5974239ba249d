using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Tenants;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Quotas;

/// <summary>Quotas in the database.</summary>
internal sealed class QuotaStore(Session session) : IQuotas
{
    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Quota>>> GetAsync(string tenantId, CancellationToken cancel) =>
        session.RunAsync<Outcome<IReadOnlyList<Quota>>>(
            tenantId,
            async db => await db.Tenants.AsNoTracking()
                .SingleOrDefaultAsync(one => one.Id == tenantId, cancel) is { } row
                ? new Outcome<IReadOnlyList<Quota>>.Done(await ViewAsync(db, row, cancel), Changed: false)
                : Refuse.NotFound<IReadOnlyList<Quota>>("tenant", tenantId),
            cancel);

    /// <inheritdoc/>
    public async Task<Outcome<IReadOnlyList<Quota>>> ChangeAsync(
        string tenantId, IReadOnlyDictionary<QuotaName, int?> change, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        foreach ((QuotaName name, int? value) in change)
            Rules.Between(errors, value ?? 0, 0, Quota.LargestOf(name), $"/{name}");
        if (errors.Count > 0)
            return Refuse.All<IReadOnlyList<Quota>>(errors);
        return await session.WriteAsync<IReadOnlyList<Quota>>(
            null,
            async db =>
            {
                TenantRow? row = await db.Tenants
                    .FromSql($"select * from tenants where id = {tenantId} for no key update")
                    .SingleOrDefaultAsync(cancel);
                if (row is null)
                    return Refuse.NotFound<IReadOnlyList<Quota>>("tenant", tenantId);
                Dictionary<QuotaName, int> quotas = QuotaText.Read(row.Quotas);
                foreach ((QuotaName name, int? value) in change)
                {
                    if (value is null || value == Quota.DefaultOf(name))
                        quotas.Remove(name);
                    else
                        quotas[name] = value.Value;
                }

                string stored = QuotaText.Write(quotas);
                bool changed = stored != QuotaText.Write(QuotaText.Read(row.Quotas));
                if (changed)
                {
                    row.Quotas = stored;
                    db.Record(session.Now, null, "tenant.quotas_changed", tenantId);
                }

                return new Outcome<IReadOnlyList<Quota>>.Done(await ViewAsync(db, row, cancel), changed);
            },
            cancel);
    }

    private static async Task<IReadOnlyList<Quota>> ViewAsync(
        HyperplaneDb db, TenantRow row, CancellationToken cancel)
    {
        var quotas = new List<Quota>();
        foreach (QuotaName name in Enum.GetValues<QuotaName>().OrderBy(name => name.ToString(), StringComparer.Ordinal))
            quotas.Add(new Quota(
                name, QuotaText.Value(row.Quotas, name), Quota.DefaultOf(name),
                await UsedAsync(db, row.Id, name, cancel)));
        return quotas;
    }

    private static async Task<int> UsedAsync(
        HyperplaneDb db, string tenantId, QuotaName name, CancellationToken cancel) => name switch
    {
        QuotaName.LoadBalancers => await db.LoadBalancers
            .CountAsync(one => one.TenantId == tenantId && one.DeletedAt == null, cancel),
        QuotaName.ListenersPerLoadBalancer => await db.Listeners
            .Where(one => one.TenantId == tenantId && one.DeletedAt == null)
            .GroupBy(one => one.LoadBalancerId).Select(group => group.Count()).OrderDescending()
            .FirstOrDefaultAsync(cancel),
        QuotaName.TargetGroups => await db.TargetGroups.CountAsync(one => one.TenantId == tenantId, cancel),
        QuotaName.TargetsPerTargetGroup => await db.Targets.Where(one => one.TenantId == tenantId)
            .GroupBy(one => one.TargetGroupId).Select(group => group.Count()).OrderDescending()
            .FirstOrDefaultAsync(cancel),
        QuotaName.TargetsPerLoadBalancer => (await QuotaCheck.TargetsOfLoadBalancersAsync(
            db, db.LoadBalancers.Where(one => one.TenantId == tenantId).Select(one => one.Id), cancel))
            .Values.DefaultIfEmpty().Max(),
        QuotaName.ElasticIps => await db.ElasticIps.CountAsync(one => one.TenantId == tenantId, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such quota"),
    };
}
