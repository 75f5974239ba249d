using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;
using NewFlowLimits = Hyperplane.Cells.Contracts.NewFlowLimits;

namespace Hyperplane.Controller.Tests.Tenants;

public sealed class TenantStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_keys_secret_is_its_tenants_and_nothing_else_is_anybodys()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        NewApiKey key = Region.Done(await region.Tenants.CreateKeyAsync(tenant.Id, "ci", Role.TenantAdmin, Cancel));

        Assert.StartsWith("hp_", key.Secret, StringComparison.Ordinal);
        Assert.Equal(new Principal(
            key.Key.Id, tenant.Id, Role.TenantAdmin), await region.Tenants.AuthenticateAsync(key.Secret, Cancel));
        Assert.Equal(new Principal(
            "operator", null, Role.Operator), await region.Tenants.AuthenticateAsync(Region.OperatorKey, Cancel));
        char last = key.Secret[^1] == '0' ? '1' : '0';
        string[] wrong =
        [
            string.Empty, "hp_", "hp__", key.Secret[..^1], key.Secret[..^1] + last, key.Secret + "0", key.Secret
                .ToUpperInvariant(),
            "hp_" + new string('0', 17) + "_" + new string('0', 64), new string('x', 100_000), Region.OperatorKey + "x",
        ];
        foreach (string secret in wrong)
            Assert.Null(await region.Tenants.AuthenticateAsync(secret, Cancel));
    }

    [Fact]
    public async Task Limits_are_kept_reach_the_nodes_and_go_back_to_the_defaults()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        Tenant tenant = await region.TenantAsync();
        await region.LoadBalancerAsync(tenant.Id);
        Assert.Equal(new TenantLimits(), tenant.Limits);
        NewFlowLimits usual = await LimitsAsync(region);
        Assert.Equal((400_000u, 200_000u, 10_000u), (usual.PerTenant, usual.PerVip, usual.PerSource));
        Assert.NotEqual(0u, usual.Tenant);

        var limits = new TenantLimits
        {
            NewFlowsPerSecond = 0, NewFlowsPerSecondPerAddress = 300, NewFlowsPerSecondPerSource = 7,
        };
        Region.Done(await region.Tenants.PutLimitsAsync(tenant.Id, limits, Cancel));
        Assert.Equal(limits, Region.Done(await region.Tenants.GetAsync(tenant.Id, Cancel)).Limits);
        NewFlowLimits changed = await LimitsAsync(region);
        Assert.Equal((0u, 300u, 7u), (changed.PerTenant, changed.PerVip, changed.PerSource));
        Assert.Equal(usual.Tenant, changed.Tenant);

        Region.Done(await region.Tenants.PutLimitsAsync(tenant.Id, new TenantLimits(), Cancel));
        Assert.Equal(usual, await LimitsAsync(region));
        Assert.Equal(
            ["/newFlowsPerSecond", "/newFlowsPerSecondPerSource"],
            Region.Refused(await region.Tenants.PutLimitsAsync(
                tenant.Id,
                new TenantLimits { NewFlowsPerSecond = -1, NewFlowsPerSecondPerSource = TenantLimits.Largest + 1 },
                Cancel)).Errors.Select(error => error.Pointer));
        Assert.Equal(RefusalKind.NotFound, Region.Refused(
            await region.Tenants.PutLimitsAsync("tn-none", limits, Cancel)).Kind);
    }

    [Fact]
    public async Task The_secret_is_nowhere_in_the_database()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        NewApiKey key = Region.Done(await region.Tenants.CreateKeyAsync(tenant.Id, "ci", Role.TenantAdmin, Cancel));
        string random = key.Secret.Split('_')[^1];
        List<string> rows = await region.Database.RunAsync(
            null,
            db => db.Database.SqlQuery<string>(
                $"""
                select k::text as "Value" from api_keys k union all select e::text from events e
                """).ToListAsync(Cancel),
            Cancel);
        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, row => row.Contains(random, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_also_by_another_process()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await using Region other = await Region.Over(
            region.ConnectionString, options => options with { KeyCacheTime = TimeSpan.FromSeconds(60) }).StartAsync();
        await other.ListeningAsync();
        Tenant tenant = await region.TenantAsync();
        NewApiKey key = Region.Done(await region.Tenants.CreateKeyAsync(tenant.Id, "ci", Role.TenantAdmin, Cancel));
        Assert.NotNull(await region.Tenants.AuthenticateAsync(key.Secret, Cancel));
        Assert.NotNull(await other.Tenants.AuthenticateAsync(key.Secret, Cancel));

        Region.Done(await region.Tenants.DeleteKeyAsync(tenant.Id, key.Key.Id, Cancel));

        Assert.Null(await region.Tenants.AuthenticateAsync(key.Secret, Cancel));
        await Eventually.TrueAsync(async () => await other.Tenants.AuthenticateAsync(key.Secret, Cancel) is null);
        Assert.Equal(RefusalKind.NotFound, Region.Refused(
            await region.Tenants.DeleteKeyAsync(tenant.Id, key.Key.Id, Cancel)).Kind);
    }

    [Fact]
    public async Task A_key_is_deleted_only_through_its_own_tenant()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        Tenant other = await region.TenantAsync("other");
        NewApiKey key = Region.Done(await region.Tenants.CreateKeyAsync(tenant.Id, "ci", Role.TenantAdmin, Cancel));
        Assert.Equal(
            "not_found", Region.Refused(await region.Tenants.DeleteKeyAsync(other.Id, key.Key.Id, Cancel)).Code);
        Assert.NotNull(await region.Tenants.AuthenticateAsync(key.Secret, Cancel));
        Page<ApiKey> keys =
            Region.Done(await region.Tenants.ListKeysAsync(tenant.Id, new PageRequest(10, null, null), Cancel));
        Assert.Equal(key.Key, Assert.Single(keys.Items));
    }

    [Fact]
    public async Task The_same_tenant_again_is_the_existing_one_and_concurrently_too()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Outcome<Tenant>[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Task.Run(() => region.Tenants.CreateAsync("acme", Cancel))));
        Assert.Single(outcomes.Select(Region.Done).Distinct());
        Assert.Single(outcomes.OfType<Outcome<Tenant>.Done>(), done => done.Changed);
        Assert.Single((await region.Tenants.ListAsync(new PageRequest(10, null, null), Cancel)).Items);
    }

    [Fact]
    public async Task A_tenant_that_owns_something_is_not_deleted_and_an_empty_one_goes_with_its_keys()
    {
        await using Region region = await Region.CreateAsync(postgres);
        Tenant tenant = await region.TenantAsync();
        NewApiKey key = Region.Done(await region.Tenants.CreateKeyAsync(tenant.Id, "ci", Role.TenantAdmin, Cancel));
        TargetGroup group = await region.TargetGroupAsync(tenant.Id);
        Refusal refusal = Region.Refused(await region.Tenants.DeleteAsync(tenant.Id, Cancel));
        Assert.Equal((RefusalKind.Conflict, "resource_in_use"), (refusal.Kind, refusal.Code));

        Region.Done(await region.TargetGroups.DeleteAsync(tenant.Id, group.Id, Cancel));
        Region.Done(await region.Tenants.DeleteAsync(tenant.Id, Cancel));
        Assert.Equal("not_found", Region.Refused(await region.Tenants.GetAsync(tenant.Id, Cancel)).Code);
        Assert.Null(await region.Tenants.AuthenticateAsync(key.Secret, Cancel));
        Assert.Equal("not_found", Region.Refused(
            await region.Tenants.CreateKeyAsync(tenant.Id, "x", Role.TenantAdmin, Cancel)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public async Task A_name_that_cannot_be_is_refused(string name)
    {
        await using Region region = await Region.CreateAsync(postgres);
        Assert.Equal("/name", Region.Refused(await region.Tenants.CreateAsync(name, Cancel)).Errors[0].Pointer);
        Assert.Equal(
            "/name", Region.Refused(await region.Tenants.CreateKeyAsync(
                "tn-x", name, Role.TenantAdmin, Cancel)).Errors[0].Pointer);
    }

    private static async Task<NewFlowLimits> LimitsAsync(Region region) =>
        Assert.Single((await region.SnapshotAsync()).Vips).NewFlows;
}
