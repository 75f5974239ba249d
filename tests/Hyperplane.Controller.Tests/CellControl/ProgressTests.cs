using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;
using Npgsql;
using static Hyperplane.Controller.Tests.CellControl.Observed;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>How a load balancer becomes active as nodes report, and how its readers wait for that.</summary>
public sealed class ProgressTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_balancer_is_pending_then_active_then_converged_as_nodes_report()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await region.ListeningAsync();
        await region.ZoneAsync("a", 18, nodes: 2);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent a1 = host.Agent("a1", "n1");
        TestAgent a2 = host.Agent("a1", "n2");
        TestAgent b1 = host.Agent("b1", "n1");
        foreach (TestAgent agent in new[] { a1, a2, b1 })
        {
            await agent.FollowAsync(_ => true);
            await agent.ReportAsync();
        }

        LoadBalancer lb = await region.LoadBalancerAsync(tenant, "web", "a", "b=198.19.15.5");
        Assert.Equal((ProvisioningStatus.Pending, 0L), (lb.Status.Provisioning, lb.Status.ObservedGeneration));

        // Zone a runs it, zone b does not yet.
        await a1.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await a1.ReportAsync();
        lb = await SeenAsync(region, tenant, lb.Id, status => Applied(status, "a"));
        Assert.Equal((ProvisioningStatus.Pending, false), (lb.Status.Provisioning, Applied(lb.Status, "b")));

        // Zone b runs it but has told no router.
        await b1.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await b1.ReportAsync(announce: false);
        lb = await SeenAsync(region, tenant, lb.Id, status => status.ObservedGeneration == 1);
        Assert.Equal(ProvisioningStatus.Pending, lb.Status.Provisioning);
        Assert.Contains(
            lb.Status.Conditions, condition => condition is { Type: "PrefixAnnounced", Zone: "b", Status: false });

        await b1.ReportAsync();
        lb = await SeenAsync(region, tenant, lb.Id, status => status.Provisioning == ProvisioningStatus.Active);
        Assert.False(lb.Status.Converged);

        await a2.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await a2.ReportAsync();
        lb = await SeenAsync(region, tenant, lb.Id, status => status.Converged);
        Assert.DoesNotContain(lb.Status.Conditions, condition => condition.Type is "NodeSilent" or "SnapshotRefused");
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_a_report_in_another_process()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await region.ListeningAsync();
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        await agent.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        LoadBalancer compiled = await SeenAsync(
            region, tenant, lb.Id, status => status.Conditions.Any(condition => condition.Reason == "Waiting"));

        Task<Outcome<LoadBalancer>> waiting = region.LoadBalancers.WaitAsync(
            tenant, compiled, TimeSpan.FromSeconds(60), Cancel);
        await agent.ReportAsync();

        Assert.Equal(ProvisioningStatus.Active, Region.Done(await waiting).Status.Provisioning);
    }

    [Fact]
    public async Task A_wait_for_what_does_not_change_ends_with_what_is()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        LoadBalancer same = Region.Done(await region.LoadBalancers.WaitAsync(
            tenant, lb, TimeSpan.FromMilliseconds(50), Cancel));
        Assert.Equal(lb.Status.Conditions, same.Status.Conditions);
        Assert.Equal("not_found", Region.Refused(await region.LoadBalancers.WaitAsync(
            tenant, lb with { Id = "lb-none" }, TimeSpan.FromSeconds(60), Cancel)).Code);
    }

    [Fact]
    public async Task A_wait_ends_when_something_else_is_wanted_also_with_the_same_status()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        LoadBalancer changed = Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, lb.Id,
            new LoadBalancerChange { Tags = new Dictionary<string, string?> { ["a"] = "b" } }, Cancel));
        Assert.True(changed.Status.TellsSame(lb.Status));
        LoadBalancer now = Region.Done(await region.LoadBalancers
            .WaitAsync(tenant, lb, TimeSpan.FromSeconds(60), Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(lb.Generation + 1, now.Generation);
    }

    [Fact]
    public async Task Connections_that_the_database_cut_heal_by_themselves()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await region.ListeningAsync();
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        await agent.FollowAsync(_ => true);
        await agent.ReportAsync();
        await using (NpgsqlDataSource admin = NpgsqlDataSource.Create(region.ConnectionString))
        {
            await using NpgsqlCommand cut = admin.CreateCommand(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                """);
            Assert.InRange((long)(await cut.ExecuteScalarAsync(Cancel))!, 2L, 100L);
        }

        LoadBalancer? lb = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                lb = await region.LoadBalancerAsync(tenant);
                return true;
            }
            catch (Exception failure) when (failure is NpgsqlException || failure.InnerException is NpgsqlException)
            {
                return false;
            }
        });
        await agent.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await agent.ReportAsync();
        await SeenAsync(region, tenant, lb!.Id, status => status.Provisioning == ProvisioningStatus.Active);
    }

    private static bool Applied(ResourceStatus status, string zone) =>
        status.Conditions.Any(
            condition => condition.Type == "SnapshotApplied" && condition.Zone == zone && condition.Status);
}
