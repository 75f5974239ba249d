using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Events;
using Hyperplane.Controller.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Tenants;

/// <summary>Tenants and API keys in the database.</summary>
internal sealed class TenantStore(Session session, KeyCache cache, ControllerOptions options) : ITenants
{
    private readonly byte[]? _operatorHash = options.OperatorKey is { } key ? Secret.Hash(key) : null;

    /// <inheritdoc/>
    public async Task<Principal?> AuthenticateAsync(string secret, CancellationToken cancel)
    {
        if (_operatorHash is not null && Secret.Matches(secret, _operatorHash))
            return new Principal("operator", null, Role.Operator);
        if (!Secret.TryGetKeyId(secret, out string keyId))
            return null;
        if (!cache.TryGet(keyId, out byte[] hash, out Principal? principal))
        {
            long epoch = cache.Epoch;
            ApiKeyRow? row = await session.RunAsync(
                null, db => db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == keyId, cancel), cancel);
            if (row is null)
                return null;
            (hash, principal) = (row.SecretHash, new Principal(row.Id, row.TenantId, row.Role));
            cache.Add(keyId, hash, principal, epoch);
        }

        return Secret.Matches(secret, hash) ? principal : null;
    }

    /// <inheritdoc/>
    public Task<Outcome<Tenant>> CreateAsync(string name, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.Label(errors, name, "/name");
        if (errors.Count > 0)
            return Task.FromResult<Outcome<Tenant>>(Refuse.All<Tenant>(errors));
        return session.WriteAsync<Tenant>(
            null,
            async db =>
            {
                if (await db.Tenants.AsNoTracking()
                    .SingleOrDefaultAsync(tenant => tenant.Name == name, cancel) is { } existing)
                    return new Outcome<Tenant>.Done(View(existing), Changed: false);
                var row = new TenantRow { Id = Ids.New("tn"), Name = name, CreatedAt = session.Now };
                db.Tenants.Add(row);
                db.Record(session.Now, null, "tenant.created", row.Id);
                return new Outcome<Tenant>.Done(View(row), Changed: true);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome<Tenant>> GetAsync(string id, CancellationToken cancel) =>
        session.RunAsync<Outcome<Tenant>>(
            null,
            async db =>
                await db.Tenants.AsNoTracking().SingleOrDefaultAsync(tenant => tenant.Id == id, cancel) is { } row
                ? new Outcome<Tenant>.Done(View(row), Changed: false)
                : Refuse.NotFound<Tenant>("tenant", id),
            cancel);

    /// <inheritdoc/>
    public Task<Page<Tenant>> ListAsync(PageRequest page, CancellationToken cancel) =>
        session.RunAsync(
            null,
            async db =>
            {
                long after = Paging.After(page);
                List<TenantRow> found = await db.Tenants.AsNoTracking()
                    .Where(tenant => tenant.Serial > after && (page.Name == null || tenant.Name == page.Name))
                    .OrderBy(tenant => tenant.Serial).Take(Paging.Take(page)).ToListAsync(cancel);
                (List<TenantRow> rows, string? next) = Paging.Cut(page, found, tenant => tenant.Serial);
                return new Page<Tenant>([.. rows.Select(View)], next);
            },
            cancel);

    /// <inheritdoc/>
    public Task<Outcome<Tenant>> PutLimitsAsync(string id, TenantLimits limits, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.Between(errors, limits.NewFlowsPerSecond, 0, TenantLimits.Largest, "/newFlowsPerSecond");
        Rules.Between(
            errors, limits.NewFlowsPerSecondPerAddress, 0, TenantLimits.Largest, "/newFlowsPerSecondPerAddress");
        Rules.Between(
            errors, limits.NewFlowsPerSecondPerSource, 0, TenantLimits.Largest, "/newFlowsPerSecondPerSource");
        if (errors.Count > 0)
            return Task.FromResult<Outcome<Tenant>>(Refuse.All<Tenant>(errors));
        return session.WriteAsync<Tenant>(
            null,
            async db =>
            {
                TenantRow? row = await db.Tenants.FromSql($"select * from tenants where id = {id} for no key update")
                    .SingleOrDefaultAsync(cancel);
                if (row is null)
                    return Refuse.NotFound<Tenant>("tenant", id);
                bool changed = row.Limits != limits;
                if (changed)
                {
                    row.Limits = limits;
                    db.Record(session.Now, null, "tenant.changed", id);
                    db.Touch(
                        session.Now,
                        await db.LoadBalancers.Where(lb => lb.TenantId == id && lb.DeletedAt == null)
                            .SelectMany(lb => lb.Zones).Select(zone => zone.Cell).Distinct().ToListAsync(cancel));
                }

                return new Outcome<Tenant>.Done(View(row), changed);
            },
            cancel);
    }

    /// <inheritdoc/>
    public async Task<Outcome<Tenant>> DeleteAsync(string id, CancellationToken cancel)
    {
        Outcome<Tenant> outcome = await session.WriteAsync<Tenant>(
            null,
            async db =>
            {
                TenantRow? row = await db.Tenants.FromSql($"select * from tenants where id = {id} for update")
                    .SingleOrDefaultAsync(cancel);
                if (row is null)
                    return Refuse.NotFound<Tenant>("tenant", id);
                if (await db.LoadBalancers.AnyAsync(lb => lb.TenantId == id && lb.DeletedAt == null, cancel)
                    || await db.TargetGroups.AnyAsync(group => group.TenantId == id, cancel)
                    || await db.ElasticIps.AnyAsync(one => one.TenantId == id, cancel))
                    return Refuse.With<Tenant>(
                        RefusalKind.Conflict, "resource_in_use",
                        "The tenant still owns load balancers, target groups or elastic IPs; delete them first.");
                db.Tenants.Remove(row);
                db.Record(session.Now, null, "tenant.deleted", id);
                await RevokedAsync(db, cancel);
                return new Outcome<Tenant>.Done(View(row), Changed: true);
            },
            cancel);
        cache.Clear();
        return outcome;
    }

    /// <inheritdoc/>
    public Task<Outcome<NewApiKey>> CreateKeyAsync(
        string tenantId, string name, Role role, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        Rules.Label(errors, name, "/name");
        if (errors.Count > 0)
            return Task.FromResult<Outcome<NewApiKey>>(Refuse.All<NewApiKey>(errors));
        return session.WriteAsync<NewApiKey>(
            null,
            async db =>
            {
                TenantRow? tenant = await db.Tenants
                    .FromSql($"select * from tenants where id = {tenantId} for key share")
                    .SingleOrDefaultAsync(cancel);
                if (tenant is null)
                    return Refuse.NotFound<NewApiKey>("tenant", tenantId);
                string id = Ids.New("key");
                string secret = Secret.Create(id);
                var row = new ApiKeyRow
                {
                    Id = id,
                    TenantId = tenantId,
                    Name = name,
                    Role = role,
                    SecretHash = Secret.Hash(secret),
                    CreatedAt = session.Now,
                };
                db.ApiKeys.Add(row);
                db.Record(session.Now, tenantId, "api_key.created", id);
                return new Outcome<NewApiKey>.Done(new NewApiKey(View(row), secret), Changed: true);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome<Page<ApiKey>>> ListKeysAsync(string tenantId, PageRequest page, CancellationToken cancel) =>
        session.RunAsync<Outcome<Page<ApiKey>>>(
            null,
            async db =>
            {
                if (!await db.Tenants.AnyAsync(tenant => tenant.Id == tenantId, cancel))
                    return Refuse.NotFound<Page<ApiKey>>("tenant", tenantId);
                long after = Paging.After(page);
                List<ApiKeyRow> found = await db.ApiKeys.AsNoTracking()
                    .Where(key => key.TenantId == tenantId && key.Serial > after
                        && (page.Name == null || key.Name == page.Name))
                    .OrderBy(key => key.Serial).Take(Paging.Take(page)).ToListAsync(cancel);
                (List<ApiKeyRow> rows, string? next) = Paging.Cut(page, found, key => key.Serial);
                return new Outcome<Page<ApiKey>>.Done(new Page<ApiKey>([.. rows.Select(View)], next), Changed: false);
            },
            cancel);

    /// <inheritdoc/>
    public async Task<Outcome<ApiKey>> DeleteKeyAsync(string tenantId, string id, CancellationToken cancel)
    {
        Outcome<ApiKey> outcome = await session.WriteAsync<ApiKey>(
            null,
            async db =>
            {
                ApiKeyRow? row = await db.ApiKeys.FromSql($"select * from api_keys where id = {id} for update")
                    .SingleOrDefaultAsync(key => key.TenantId == tenantId, cancel);
                if (row is null)
                    return Refuse.NotFound<ApiKey>("API key", id);
                db.ApiKeys.Remove(row);
                db.Record(session.Now, tenantId, "api_key.deleted", id);
                await RevokedAsync(db, cancel);
                return new Outcome<ApiKey>.Done(View(row), Changed: true);
            },
            cancel);
        cache.Clear();
        return outcome;
    }

    private static Task<int> RevokedAsync(HyperplaneDb db, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync($"select pg_notify('hyperplane_keys', '')", cancel);

    private static Tenant View(TenantRow row) => new(row.Id, row.Name, row.CreatedAt) { Limits = row.Limits };

    private static ApiKey View(ApiKeyRow row) => new(row.Id, row.TenantId, row.Name, row.Role, row.CreatedAt);
}
