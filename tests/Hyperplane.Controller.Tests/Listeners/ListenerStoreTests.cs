using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Listeners;

public sealed class ListenerStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_is_a_new_generation_of_its_load_balancer()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id, 80);

        Assert.Equal((350, 1L, ProvisioningStatus.Pending),
            (listener.IdleTimeoutSeconds, listener.Generation, listener.Status.Provisioning));
        Assert.Equal(2, Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Generation);
        Page<Listener> all =
            Region.Done(await region.Listeners.ListAsync(tenant, lb.Id, new PageRequest(10, null, null), Cancel));
        Assert.Equal(listener.Id, Assert.Single(all.Items).Id);
        Assert.Equal(listener.Id, Region.Done(await region.Listeners.GetAsync(tenant, lb.Id, listener.Id, Cancel)).Id);
    }

    [Fact]
    public async Task The_same_listener_again_is_the_existing_one_and_another_one_a_conflict()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id, 80);
        var again = Assert.IsType<Outcome<Listener>.Done>(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, 80, group.Id, 350), Cancel));
        Assert.Equal((false, listener.Id), (again.Changed, again.Value.Id));
        Refusal refusal = Region.Refused(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, 80, group.Id, 400), Cancel));
        Assert.Equal((
            RefusalKind.Conflict, "listener_in_use", "/port"), (refusal.Kind, refusal.Code, refusal.Errors[0].Pointer));
        Assert.Equal(2, Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Generation);
    }

    [Fact]
    public async Task Tcp_and_udp_may_share_a_port()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        TargetGroup udp = Region.Done(
            await region.TargetGroups.CreateAsync(tenant, Region.Group("udp", TransportProtocol.Udp), Cancel));
        await region.ListenerAsync(tenant, lb.Id, group.Id, 53);
        Listener listener = Region.Done(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Udp, 53, udp.Id, null), Cancel));
        Assert.Equal(120, listener.IdleTimeoutSeconds);
    }

    [Fact]
    public async Task Concurrent_creates_of_one_port_make_one_listener()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Outcome<Listener>[] outcomes =
            await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, 80, group.Id, 60 + (i % 2)), Cancel))));
        Assert.Single(outcomes.OfType<Outcome<Listener>.Done>(), done => done.Changed);
        Assert.Equal(6, outcomes.OfType<Outcome<Listener>.Refused>()
            .Count(refused => refused.Refusal.Code == "listener_in_use"));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Refusal refusal = Region.Refused(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, 65_536, "tg-none", 59), Cancel));
        Assert.Equal(
            [("/port", "invalid_value"),
                ("/idleTimeoutSeconds", "invalid_value"), ("/targetGroupId", "unknown_target_group")],
            refusal.Errors.Select(error => (error.Pointer, error.Code)));
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Refusal mismatch = Region.Refused(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Udp, 53, group.Id, 119), Cancel));
        Assert.Equal(
            [("/idleTimeoutSeconds", "invalid_value"), ("/targetGroupId", "protocol_mismatch")],
            mismatch.Errors.Select(error => (error.Pointer, error.Code)));
    }

    [Fact]
    public async Task Another_tenants_load_balancer_and_group_are_unknown()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id);
        string other = (await region.TenantAsync("other")).Id;
        LoadBalancer theirs = await region.LoadBalancerAsync(other);
        var config = new ListenerConfig(TransportProtocol.Tcp, 81, group.Id, null);
        Assert.Equal(
            "not_found", Region.Refused(await region.Listeners.CreateAsync(other, lb.Id, config, Cancel)).Code);
        Assert.Equal("unknown_target_group", Region.Refused(
            await region.Listeners.CreateAsync(other, theirs.Id, config, Cancel)).Code);
        Assert.Equal(
            "not_found", Region.Refused(await region.Listeners.GetAsync(other, lb.Id, listener.Id, Cancel)).Code);
        Assert.Equal(
            "not_found", Region.Refused(await region.Listeners.DeleteAsync(other, lb.Id, listener.Id, Cancel)).Code);
        Assert.Equal("not_found", Region.Refused(
            await region.Listeners.ListAsync(other, lb.Id, new PageRequest(10, null, null), Cancel)).Code);
    }

    [Fact]
    public async Task A_deleted_listener_frees_its_port_and_its_group_at_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id, 80);
        Refusal used = Region.Refused(await region.TargetGroups.DeleteAsync(tenant, group.Id, Cancel));
        Assert.Equal((RefusalKind.Conflict, "resource_in_use"), (used.Kind, used.Code));

        Listener deleted = Region.Done(await region.Listeners.DeleteAsync(tenant, lb.Id, listener.Id, Cancel));
        Assert.Equal(ProvisioningStatus.Deleting, deleted.Status.Provisioning);
        Listener next = await region.ListenerAsync(tenant, lb.Id, group.Id, 80);
        Assert.NotEqual(listener.Id, next.Id);
        Region.Done(await region.Listeners.DeleteAsync(tenant, lb.Id, next.Id, Cancel));
        TargetGroup gone = Region.Done(await region.TargetGroups.DeleteAsync(tenant, group.Id, Cancel));
        Assert.Equal(ProvisioningStatus.Deleting, gone.Status.Provisioning);
        Assert.Equal("not_found", Region.Refused(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Code);
    }

    [Fact]
    public async Task A_group_that_is_deleted_while_a_listener_is_made_for_it_never_leaves_a_listener_without_group()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, _) = await FillAsync(region);
        for (int round = 0; round < 10; round++)
        {
            TargetGroup group = await region.TargetGroupAsync(tenant, $"race{round}");
            int port = 1_000 + round;
            Task<Outcome<Listener>> create = Task.Run(() => region.Listeners.CreateAsync(
                tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, port, group.Id, null), Cancel));
            Task<Outcome<TargetGroup>> delete =
                Task.Run(() => region.TargetGroups.DeleteAsync(tenant, group.Id, Cancel));
            bool created = await create is Outcome<Listener>.Done;
            bool deleted = await delete is Outcome<TargetGroup>.Done;
            Assert.NotEqual(created, deleted);
        }
    }

    [Fact]
    public async Task A_load_balancer_that_is_being_deleted_takes_no_listener()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer lb, TargetGroup group) = await FillAsync(region);
        Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id);
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        Assert.Equal("not_found", Region.Refused(await region.Listeners.CreateAsync(
            tenant, lb.Id, new ListenerConfig(TransportProtocol.Tcp, 81, group.Id, null), Cancel)).Code);
        Assert.Equal(
            ProvisioningStatus.Deleting,
            Region.Done(await region.Listeners.GetAsync(tenant, lb.Id, listener.Id, Cancel)).Status.Provisioning);
        Region.Done(await region.TargetGroups.DeleteAsync(tenant, group.Id, Cancel));
    }

    private static async Task<(string Tenant, LoadBalancer LoadBalancer, TargetGroup Group)> FillAsync(Region region)
    {
        await region.ZoneAsync();
        string tenant = (await region.TenantAsync()).Id;
        return (tenant, await region.LoadBalancerAsync(tenant), await region.TargetGroupAsync(tenant));
    }
}
