using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hyperplane.Controller.Tests.Store;

/// <summary>Two locks, each tried with the other one open.</summary>
public sealed class TenantIsolationTests(PostgresFixture postgres)
{
    private static readonly string[] OwnedTables =
        ["load_balancers", "load_balancer_zones", "listeners", "target_groups", "targets", "elastic_ips",
            "events"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_query_filter_alone_hides_other_tenants_rows()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string mine, string theirs) = await FillAsync(region);

        // A superuser's connection without a role: row-level security does not apply.
        await using NpgsqlConnection connection = await region.Database.DataSource.OpenConnectionAsync(Cancel);
        await using var db = new HyperplaneDb(
            new DbContextOptionsBuilder<HyperplaneDb>().UseNpgsql(connection).Options, mine);

        Assert.Equal([mine], await db.LoadBalancers.Select(row => row.TenantId).Distinct().ToListAsync(Cancel));
        Assert.Equal([mine], await db.LoadBalancerZones.Select(row => row.TenantId).Distinct().ToListAsync(Cancel));
        Assert.Equal([mine], await db.Listeners.Select(row => row.TenantId).Distinct().ToListAsync(Cancel));
        Assert.Equal([mine], await db.TargetGroups.Select(row => row.TenantId).Distinct().ToListAsync(Cancel));
        Assert.Equal([mine], await db.Targets.Select(row => row.TenantId).Distinct().ToListAsync(Cancel));
        Assert.Equal([mine], await db.ElasticIps.Select(row => row.TenantId).Distinct().ToListAsync(Cancel));
        Assert.Equal([mine], await db.Tenants.Select(row => row.Id).ToListAsync(Cancel));
        Assert.Equal(2, await db.Tenants.IgnoreQueryFilters().CountAsync(Cancel));
        Assert.NotEqual(mine, theirs);
    }

    [Fact]
    public async Task Row_security_alone_hides_other_tenants_rows_from_raw_sql()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string mine, string theirs) = await FillAsync(region);
        await using NpgsqlConnection connection = await region.Database.DataSource.OpenConnectionAsync(Cancel);

        foreach (string table in OwnedTables)
        {
            Assert.Equal([mine], await TenantsSeenAsync(connection, "hyperplane_app", mine, table));
            Assert.Equal([theirs], await TenantsSeenAsync(connection, "hyperplane_app", theirs, table));
            Assert.Empty(await TenantsSeenAsync(connection, "hyperplane_app", string.Empty, table));
            Assert.Equal(2, (await TenantsSeenAsync(connection, "hyperplane_system", string.Empty, table)).Count);
        }
    }

    [Fact]
    public async Task Row_security_refuses_to_write_another_tenants_row()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string mine, string theirs) = await FillAsync(region);

        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => region.Database.RunAsync(
            mine,
            db => db.Database.ExecuteSqlAsync(
                $"""
                insert into load_balancers (id, tenant_id, name, tags, generation, created_at)
                values ('lb-x', {theirs}, 'x', '[]', 1, now())
                """,
                Cancel),
            Cancel));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);

        int touched = await region.Database.RunAsync(
            mine, db => db.Database.ExecuteSqlAsync(
                $"update targets set weight = 7 where tenant_id = {theirs}", Cancel), Cancel);
        Assert.Equal(0, touched);
    }

    [Fact]
    public async Task A_tenants_transaction_cannot_read_keys_nor_change_the_topology()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string mine, _) = await FillAsync(region);
        foreach (string sql in new[] { "select count(*) from api_keys", "delete from zones",
            "update nodes set draining = true" })
        {
            PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => region.Database.RunAsync(
                mine, db => db.Database.ExecuteSqlRawAsync(sql, Cancel), Cancel));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task Neither_role_nor_tenant_outlives_its_transaction()
    {
        await using Region region = await Region.CreateAsync(postgres, options => options with { MaxConnections = 4 });
        (string mine, _) = await FillAsync(region);
        await using NpgsqlConnection connection = await region.Database.DataSource.OpenConnectionAsync(Cancel);
        await TenantsSeenAsync(connection, "hyperplane_app", mine, "targets");
        await using var command =
            new NpgsqlCommand("select current_user || current_setting('app.tenant', true)", connection);
        Assert.Equal("hp", await command.ExecuteScalarAsync(Cancel));
    }

    private static async Task<List<string>> TenantsSeenAsync(
        NpgsqlConnection connection, string role, string tenant, string table)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var scope = new NpgsqlCommand(
            "select set_config('role', $1, true), set_config('app.tenant', $2, true)", connection))
        {
            scope.Parameters.AddWithValue(role);
            scope.Parameters.AddWithValue(tenant);
            await scope.ExecuteNonQueryAsync(Cancel);
        }

        var seen = new List<string>();
        await using var command =
            new NpgsqlCommand($"select distinct tenant_id from {table} where tenant_id is not null", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            seen.Add(reader.GetString(0));
        return seen;
    }

    private static async Task<(string Mine, string Theirs)> FillAsync(Region region)
    {
        await region.ZoneAsync();
        await region.PoolAsync("203.0.113.0/24");
        string[] tenants = [(await region.TenantAsync("mine")).Id, (await region.TenantAsync("theirs")).Id];
        foreach (string tenant in tenants)
        {
            await region.ElasticIpAsync(tenant);
            LoadBalancer lb = await region.LoadBalancerAsync(tenant);
            TargetGroup group = await region.TargetGroupAsync(tenant);
            await region.ListenerAsync(tenant, lb.Id, group.Id);
            Region.Done(
                await region.Targets.RegisterAsync(tenant, group.Id, [new TargetConfig("10.0.0.9", null, 1)], Cancel));
        }

        return (tenants[0], tenants[1]);
    }
}
