using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.CellControl;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Snapshots;
using Hyperplane.Controller.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Listener = Hyperplane.Controller.Contracts.Listeners.Listener;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.Listeners;

public sealed class ForwardingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_of_both_protocols_is_two_on_nodes_and_has_its_port_alone()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web) = await WebAsync(region);
        TargetGroup both = await GroupAsync(region, tenant, "both", TransportProtocol.TcpUdp);
        TargetGroup tcp = await GroupAsync(region, tenant, "tcp", TransportProtocol.Tcp);

        Assert.Equal("protocol_mismatch", Region.Refused(
            await CreateAsync(region, tenant, web, TransportProtocol.TcpUdp, 53, tcp)).Code);
        Listener dns = Region.Done(await CreateAsync(region, tenant, web, TransportProtocol.TcpUdp, 53, both));
        Assert.Equal(dns.Id, Region.Done(
            await CreateAsync(region, tenant, web, TransportProtocol.TcpUdp, 53, both)).Id);
        foreach (TransportProtocol one in new[] { TransportProtocol.Tcp, TransportProtocol.Udp })
        {
            Assert.Equal("listener_in_use", Region.Refused(await CreateAsync(region, tenant, web, one, 53, both)).Code);
            Region.Done(await CreateAsync(region, tenant, web, one, 54, both));
        }

        Snapshot snapshot = await region.SnapshotAsync();
        Snapshots.SnapshotInvariants.Check(snapshot);
        Assert.Equal(
            [(Protocol.Tcp, 350_000u), (Protocol.Udp, 120_000u)],
            snapshot.Vips[0].Listeners.Where(listener => listener.Port == 53)
                .Select(listener => (listener.Protocol, listener.IdleTimeoutMs)));
    }

    [Fact]
    public async Task Groups_share_a_listener_by_weight_and_cannot_go_before_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web) = await WebAsync(region);
        TargetGroup blue = await GroupAsync(region, tenant, "blue", TransportProtocol.Tcp);
        TargetGroup green = await GroupAsync(region, tenant, "green", TransportProtocol.Tcp);
        TargetGroupShare[] shares = [new(blue.Id, 10), new(green.Id, 90)];
        var config = new ListenerConfig(TransportProtocol.Tcp, 80, blue.Id, null) { TargetGroups = shares };

        Listener listener = Region.Done(await region.Listeners.CreateAsync(tenant.Id, web.Id, config, Cancel));

        Assert.Equal(shares, listener.TargetGroups);
        Assert.Equal("listener_in_use", Region.Refused(
            await CreateAsync(region, tenant, web, TransportProtocol.Tcp, 80, blue)).Code);
        Hyperplane.Cells.Contracts.Listener sent = Assert.Single((await region.SnapshotAsync()).Vips[0].Listeners);
        Assert.Equal([10u, 90u], sent.Groups.Select(share => share.Weight));
        Assert.Equal(sent.Groups[1].TargetGroup, sent.TargetGroup);
        foreach (TargetGroup group in new[] { blue, green })
            Assert.Equal("resource_in_use", Region.Refused(
                await region.TargetGroups.DeleteAsync(tenant.Id, group.Id, Cancel)).Code);
        Region.Done(await region.Listeners.DeleteAsync(tenant.Id, web.Id, listener.Id, Cancel));
        Region.Done(await region.TargetGroups.DeleteAsync(tenant.Id, green.Id, Cancel));
        Assert.Equal(shares, Region.Done(
            await region.Listeners.GetAsync(tenant.Id, web.Id, listener.Id, Cancel)).TargetGroups);
    }

    [Fact]
    public async Task Where_a_listener_forwards_can_be_changed_and_a_group_left_so_may_go()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web) = await WebAsync(region);
        TargetGroup blue = await GroupAsync(region, tenant, "blue", TransportProtocol.Tcp);
        TargetGroup green = await GroupAsync(region, tenant, "green", TransportProtocol.Tcp);
        Listener listener = Region.Done(await CreateAsync(region, tenant, web, TransportProtocol.Tcp, 80, blue));

        TargetGroupShare[] both = [new(green.Id, 1), new(blue.Id, 9)];
        Listener changed = await ChangeAsync(new ListenerChange(both, 100));
        Assert.Equal((100, 2L), (changed.IdleTimeoutSeconds, changed.Generation));
        Assert.Equal(both, changed.TargetGroups);
        Hyperplane.Cells.Contracts.Listener sent = Assert.Single((await region.SnapshotAsync()).Vips[0].Listeners);
        Assert.Equal([1u, 9u], sent.Groups.Select(share => share.Weight));
        Assert.Equal(100_000u, sent.IdleTimeoutMs);
        // The same again changes nothing, not even its generation.
        Assert.Equal(2, (await ChangeAsync(new ListenerChange(both, null))).Generation);

        await ChangeAsync(new ListenerChange([new(green.Id, 1)], null));
        Assert.Single((await region.SnapshotAsync()).TargetGroups);
        Region.Done(await region.TargetGroups.DeleteAsync(tenant.Id, blue.Id, Cancel));
        Assert.Equal("unknown_target_group", Region.Refused(await region.Listeners.ChangeAsync(
            tenant.Id, web.Id, listener.Id, new ListenerChange([new(blue.Id, 1)], null), Cancel)).Code);
        Assert.Equal("/targetGroups", Assert.Single(Region.Refused(await region.Listeners.ChangeAsync(
            tenant.Id, web.Id, listener.Id, new ListenerChange([], null), Cancel)).Errors).Pointer);
        Assert.Equal("not_found", Region.Refused(await region.Listeners.ChangeAsync(
            (await region.TenantAsync("other")).Id, web.Id, listener.Id, new ListenerChange(both, 100), Cancel)).Code);

        async Task<Listener> ChangeAsync(ListenerChange change) => Region.Done(
            await region.Listeners.ChangeAsync(tenant.Id, web.Id, listener.Id, change, Cancel));
    }

    [Theory]
    [InlineData("1000", "/targetGroups/0/weight")]
    [InlineData("twice", "/targetGroups")]
    [InlineData("unknown", "/targetGroups/1/targetGroupId")]
    public async Task Shares_that_cannot_be_are_refused(string what, string pointer)
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web) = await WebAsync(region);
        TargetGroup blue = await GroupAsync(region, tenant, "blue", TransportProtocol.Tcp);
        TargetGroup green = await GroupAsync(region, tenant, "green", TransportProtocol.Tcp);
        TargetGroupShare[] shares = what switch
        {
            "1000" => [new(blue.Id, 1_000), new(green.Id, 1)],
            "twice" => [new(blue.Id, 1), new(blue.Id, 2)],
            _ => [new(blue.Id, 1), new("tg-none", 2)],
        };
        Refusal refusal = Region.Refused(await region.Listeners.CreateAsync(
            tenant.Id,
            web.Id,
            new ListenerConfig(TransportProtocol.Tcp, 80, blue.Id, null) { TargetGroups = shares },
            Cancel));
        Assert.Equal(pointer, Assert.Single(refusal.Errors).Pointer);
    }

    [Fact]
    public async Task Flows_of_a_deregistered_target_end_with_the_delay_where_that_is_wanted_and_then_it_goes()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web) = await WebAsync(region);
        TargetGroup group = await GroupAsync(
            region, tenant, "ends", TransportProtocol.Tcp,
            ("deregistration_delay.connection_termination.enabled", "true"));
        Region.Done(await CreateAsync(region, tenant, web, TransportProtocol.Tcp, 80, group));
        Region.Done(await region.Targets.RegisterAsync(tenant.Id, group.Id, [new("10.9.0.1", null, 1)], Cancel));
        Region.Done(await region.Targets.DeregisterAsync(tenant.Id, group.Id, [new("10.9.0.1", null)], Cancel));
        Assert.False(Assert.Single((await region.SnapshotAsync()).TargetGroups[0].Targets).Ends);

        region.Time.Advance(TimeSpan.FromSeconds(301));
        await CleanAsync(region);
        Hyperplane.Cells.Contracts.Target ending =
            Assert.Single((await region.SnapshotAsync()).TargetGroups[0].Targets);
        Assert.True(ending is { Draining: true, Ends: true });
        await CleanAsync(region);
        Assert.Single((await region.SnapshotAsync()).TargetGroups[0].Targets);
        region.Time.Advance(TimeSpan.FromSeconds(11));
        await CleanAsync(region);
        Assert.Empty((await region.SnapshotAsync()).TargetGroups[0].Targets);
    }

    internal static async Task<TargetGroup> GroupAsync(
        Region region, Tenant tenant, string name, TransportProtocol protocol,
        params (string Key, string Value)[] said) =>
        Region.Done(await region.TargetGroups.CreateAsync(
            tenant.Id,
            Region.Group(name, protocol) with { Attributes = said.ToDictionary(one => one.Key, one => one.Value) },
            Cancel));

    internal static async Task<(Tenant Tenant, LoadBalancer Web)> WebAsync(Region region)
    {
        await region.ZoneAsync(nodes: 1);
        Tenant tenant = await region.TenantAsync();
        return (tenant, await region.LoadBalancerAsync(tenant.Id));
    }

    private static Task<Outcome<Listener>> CreateAsync(
        Region region, Tenant tenant, LoadBalancer web, TransportProtocol protocol, int port, TargetGroup group) =>
        region.Listeners.CreateAsync(
            tenant.Id, web.Id, new ListenerConfig(protocol, port, group.Id, null), Cancel);

    private static Task<bool> CleanAsync(Region region) => new Janitor(
        region.Database,
        new ControllerOptions { ConnectionString = region.ConnectionString, OperatorKey = Region.OperatorKey },
        new CellControlOptions { AuthorityKey = "authority-key-of-a-test" },
        region.Time,
        NullLogger<Janitor>.Instance).CleanAsync(Cancel);
}
