using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.Listeners;

/// <summary>What is replaced whole, and a listener that moves.</summary>
public sealed class ReplaceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_load_balancer_is_not_said_to_have_gets_its_default_and_what_cannot_change_stays()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer web, _) = await FillAsync(region);
        LoadBalancerConfig asked = Region.Config("web", "a") with
        {
            Attributes = new Dictionary<string, string> { ["deletion_protection.enabled"] = "true" },
        };
        Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, web.Id,
            new LoadBalancerChange
            {
                Attributes = new Dictionary<string, string?> { ["load_balancing.cross_zone.enabled"] = "true" },
                Tags = new Dictionary<string, string?> { ["team"] = "shop" },
            },
            Cancel));

        LoadBalancer replaced = Region.Done(await region.LoadBalancers.ReplaceAsync(tenant, web.Id, asked, Cancel));
        Assert.Empty(replaced.Tags);
        Assert.Equal(
            ("false", "true"),
            (replaced.Attributes["load_balancing.cross_zone.enabled"],
                replaced.Attributes["deletion_protection.enabled"]));
        var again = Assert.IsType<Outcome<LoadBalancer>.Done>(await region.LoadBalancers.ReplaceAsync(
            tenant, web.Id, Region.Config("web", "a=" + web.Zones[0].Address) with { Attributes = asked.Attributes },
            Cancel));
        Assert.Equal((false, replaced.Generation), (again.Changed, again.Value.Generation));

        Refusal refusal = Region.Refused(await region.LoadBalancers.ReplaceAsync(
            tenant, web.Id,
            Region.Config("other", "a") with { Scheme = Scheme.Internal }, Cancel));
        Assert.Equal((RefusalKind.Invalid, "immutable"), (refusal.Kind, refusal.Code));
        Assert.Equal(["/name", "/scheme"], refusal.Errors.Select(error => error.Pointer));
        Assert.All(refusal.Errors, error => Assert.Equal("immutable", error.Code));
    }

    [Fact]
    public async Task A_target_group_likewise()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, _, TargetGroup group) = await FillAsync(region);
        Region.Done(await region.TargetGroups.ChangeAsync(
            tenant, group.Id,
            new TargetGroupChange(7, new Dictionary<string, string?> { ["stickiness.enabled"] = "true" })
            {
                HealthCheck = new HealthCheckChange { IntervalSeconds = 60 },
                Tags = new Dictionary<string, string?> { ["team"] = "shop" },
            },
            Cancel));

        TargetGroup replaced = Region.Done(
            await region.TargetGroups.ReplaceAsync(tenant, group.Id, Region.Group("pool"), Cancel));
        Assert.Equal(group.Attributes, replaced.Attributes);
        Assert.Equal(
            (300, group.HealthCheck, 0),
            (replaced.DeregistrationDelaySeconds, replaced.HealthCheck, replaced.Tags.Count));

        Refusal refusal = Region.Refused(await region.TargetGroups.ReplaceAsync(
            tenant, group.Id,
            Region.Group("other", TransportProtocol.Udp) with
            {
                Port = 1, IpAddressType = TargetAddressType.Ipv6, DeregistrationDelaySeconds = -1,
            },
            Cancel));
        Assert.Equal(
            [
                ("/deregistrationDelaySeconds", "invalid_value"), ("/name", "immutable"), ("/protocol", "immutable"),
                ("/port", "immutable"), ("/ipAddressType", "immutable"),
            ],
            refusal.Errors.Select(error => (error.Pointer, error.Code)));
    }

    [Fact]
    public async Task A_listener_moves_to_a_port_and_protocol_that_are_free_and_that_its_groups_have()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer web, TargetGroup tcp) = await FillAsync(region);
        TargetGroup both = Region.Done(await region.TargetGroups.CreateAsync(
            tenant, Region.Group("both", TransportProtocol.TcpUdp), Cancel));
        Listener one = await region.ListenerAsync(tenant, web.Id, tcp.Id, 80);
        Listener other = await region.ListenerAsync(tenant, web.Id, tcp.Id, 81);
        uint number = Assert.Single((await region.SnapshotAsync()).Vips[0].Listeners, told => told.Port == 80).Id;

        Listener moved = Region.Done(await ChangeAsync(one, new ListenerChange(null, null) { Port = 8080 }));
        Assert.Equal((8080, 350, one.Generation + 1), (moved.Port, moved.IdleTimeoutSeconds, moved.Generation));
        Assert.Equal(
            [(81u, false), (8080u, true)],
            (await region.SnapshotAsync()).Vips[0].Listeners.OrderBy(told => told.Port)
                .Select(told => (told.Port, told.Id == number)));
        Assert.Equal("listener_in_use", Code(await ChangeAsync(one, new ListenerChange(null, null) { Port = 81 })));
        Assert.Equal("invalid_value", Code(await ChangeAsync(one, new ListenerChange(null, null) { Port = 0 })));
        Assert.Equal("protocol_mismatch", Code(await ChangeAsync(
            one, new ListenerChange(null, null) { Protocol = TransportProtocol.Udp })));

        Listener udp = Region.Done(await ChangeAsync(
            one, new ListenerChange([new TargetGroupShare(both.Id, 1)], null)
            {
                Protocol = TransportProtocol.Udp, Port = 81,
            }));
        Assert.Equal((TransportProtocol.Udp, 81, 120), (udp.Protocol, udp.Port, udp.IdleTimeoutSeconds));
        Assert.Equal("listener_in_use", Code(await ChangeAsync(
            one, new ListenerChange(null, null) { Protocol = TransportProtocol.TcpUdp })));
        Region.Done(await region.Listeners.DeleteAsync(tenant, web.Id, other.Id, Cancel));
        Assert.Equal(350, Region.Done(await ChangeAsync(
            one, new ListenerChange(null, null) { Protocol = TransportProtocol.TcpUdp })).IdleTimeoutSeconds);

        Task<Outcome<Listener>> ChangeAsync(Listener listener, ListenerChange change) =>
            region.Listeners.ChangeAsync(tenant, web.Id, listener.Id, change, Cancel);
    }

    [Fact]
    public async Task A_listener_is_replaced_by_the_rules_of_a_change()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (string tenant, LoadBalancer web, TargetGroup group) = await FillAsync(region);
        Listener listener = Region.Done(await region.Listeners.CreateAsync(
            tenant, web.Id,
            new ListenerConfig(TransportProtocol.Tcp, 80, group.Id, 600) { AllowedCidrs = ["10.0.0.0/8"] }, Cancel));
        await region.ListenerAsync(tenant, web.Id, group.Id, 81);

        Listener replaced = Region.Done(await ReplaceAsync(82));
        Assert.Equal(
            (82, 350, 0), (replaced.Port, replaced.IdleTimeoutSeconds, replaced.AllowedCidrs.Count));
        Assert.Equal(replaced.Generation, Region.Done(await ReplaceAsync(82)).Generation);
        Assert.Equal("listener_in_use", Code(await ReplaceAsync(81)));

        Task<Outcome<Listener>> ReplaceAsync(int port) => region.Listeners.ReplaceAsync(
            tenant, web.Id, listener.Id, new ListenerConfig(TransportProtocol.Tcp, port, group.Id, null), Cancel);
    }

    private static string Code(Outcome<Listener> outcome) => Region.Refused(outcome).Code;

    private static async Task<(string Tenant, LoadBalancer Web, TargetGroup Group)> FillAsync(Region region)
    {
        await region.ZoneAsync(nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        return (tenant, await region.LoadBalancerAsync(tenant), await region.TargetGroupAsync(tenant));
    }
}
