using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Quotas;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Quotas;

public sealed class QuotaStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_quota_is_held_and_shows_what_is_used()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        string tenant = (await region.TenantAsync()).Id;
        Assert.Equal(
            [5, 50, 50, 3_000, 3_000, 1_000],
            Region.Done(await region.Quotas.GetAsync(tenant, Cancel)).Select(one => one.Value));
        await region.QuotasAsync(
            tenant, (QuotaName.LoadBalancers, 1), (QuotaName.ListenersPerLoadBalancer, 2), (QuotaName.TargetGroups, 2),
            (QuotaName.TargetsPerTargetGroup, 3), (QuotaName.TargetsPerLoadBalancer, 4));

        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        Over(await region.LoadBalancers.CreateAsync(tenant, Region.Config("second", "a"), Cancel));
        TargetGroup one = await region.TargetGroupAsync(tenant, "one");
        TargetGroup two = await region.TargetGroupAsync(tenant, "two");
        Over(await region.TargetGroups.CreateAsync(tenant, Region.Group("three"), Cancel));
        await region.ListenerAsync(tenant, lb.Id, one.Id, 1);
        Listener second = await region.ListenerAsync(tenant, lb.Id, one.Id, 2);
        Over(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, 3, one.Id, null), Cancel));
        Region.Done(await region.Targets.RegisterAsync(tenant, one.Id, Targets(1, 2), Cancel));
        Over(await region.Targets.RegisterAsync(tenant, one.Id, Targets(3, 4), Cancel));
        Region.Done(await region.Targets.RegisterAsync(tenant, one.Id, Targets(2, 3), Cancel));
        Region.Done(await region.Targets.RegisterAsync(tenant, two.Id, Targets(1, 2), Cancel));

        // Three of one group and two of the other are more than four.
        var both = new ListenerChange([new TargetGroupShare(one.Id, 1), new TargetGroupShare(two.Id, 1)], null);
        Over(await region.Listeners.ChangeAsync(tenant, lb.Id, second.Id, both, Cancel));
        Assert.Single(Region.Done(await region.Listeners.GetAsync(tenant, lb.Id, second.Id, Cancel)).TargetGroups);
        await region.QuotasAsync(tenant, (QuotaName.TargetsPerLoadBalancer, 5));
        Region.Done(await region.Listeners.ChangeAsync(tenant, lb.Id, second.Id, both, Cancel));
        Over(await region.Targets.RegisterAsync(tenant, two.Id, Targets(9, 9), Cancel));

        Assert.Equal(
            [
                (QuotaName.ElasticIps, 5, 0), (QuotaName.ListenersPerLoadBalancer, 2, 2),
                (QuotaName.LoadBalancers, 1, 1),
                (QuotaName.TargetGroups, 2, 2), (QuotaName.TargetsPerLoadBalancer, 5, 5),
                (QuotaName.TargetsPerTargetGroup, 3, 3),
            ],
            Region.Done(await region.Quotas.GetAsync(tenant, Cancel)).Select(q => (q.Name, q.Value, q.Used)));
    }

    [Fact]
    public async Task Creations_at_the_same_time_do_not_exceed_a_quota_and_other_tenants_have_their_own()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        string tenant = (await region.TenantAsync()).Id;
        string other = (await region.TenantAsync("other")).Id;
        await region.QuotasAsync(tenant, (QuotaName.LoadBalancers, 3));
        Outcome<LoadBalancer>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
            () => region.LoadBalancers.CreateAsync(tenant, Region.Config($"lb{i}", "a"), Cancel))));
        Assert.Equal(3, outcomes.Count(outcome => outcome is Outcome<LoadBalancer>.Done));
        await region.LoadBalancerAsync(other);

        // A deleted one counts no more, a smaller quota takes nothing away, and null is the default.
        LoadBalancer made = Region.Done(outcomes.First(outcome => outcome is Outcome<LoadBalancer>.Done));
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, made.Id, Cancel));
        await region.LoadBalancerAsync(tenant, "again");
        await region.QuotasAsync(tenant, (QuotaName.LoadBalancers, 0));
        Assert.Equal(3, Region.Done(await region.Quotas.GetAsync(tenant, Cancel))
            .Single(one => one.Name == QuotaName.LoadBalancers).Used);
        await region.QuotasAsync(tenant, (QuotaName.LoadBalancers, null));
        await region.LoadBalancerAsync(tenant, "more");
        Assert.Equal("not_found", Region.Refused(await region.Quotas.GetAsync("tn-none", Cancel)).Code);
    }

    private static TargetConfig[] Targets(int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(i => new TargetConfig($"10.0.0.{i}", null, 1))];

    private static void Over<T>(Outcome<T> outcome)
    {
        Refusal refusal = Region.Refused(outcome);
        Assert.Equal((RefusalKind.Forbidden, "quota_exceeded"), (refusal.Kind, refusal.Code));
    }
}
