using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Tests.Store;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.Listeners;

public sealed class CrossZoneTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Attribute = "load_balancing.cross_zone.enabled";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_are_told_who_is_far_and_whether_near_ones_come_first_as_the_attributes_say()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 1);
        await region.ZoneAsync("b", net: 20, nodes: 1);
        Tenant tenant = await region.TenantAsync();
        LoadBalancer web = await region.LoadBalancerAsync(tenant.Id, "web", "a", "b");
        TargetGroup group = await region.TargetGroupAsync(tenant.Id);
        await region.ListenerAsync(tenant.Id, web.Id, group.Id);
        Assert.Equal("false", web.Attributes[Attribute]);
        Assert.Equal("use_load_balancer_configuration", group.Attributes[Attribute]);
        await RegisterAsync(null, "a");
        Assert.Equal("", await ToldAsync());
        await RegisterAsync(null, "a", "b");
        Assert.Equal("far 3, near first", await ToldAsync());

        await ChangeLoadBalancerAsync("true");
        Assert.Equal("far 3", await ToldAsync());
        await ChangeGroupAsync("false");
        Assert.Equal("far 3, near first", await ToldAsync());
        await ChangeLoadBalancerAsync(null);
        await ChangeGroupAsync("true");
        Assert.Equal("far 3", await ToldAsync());
        await ChangeGroupAsync(null);
        Assert.Equal("far 3, near first", await ToldAsync());
        await RegisterAsync("b", "b", null);
        Assert.Equal("far 1 2, near first", await ToldAsync());

        async Task RegisterAsync(params string?[] zones) => Region.Done(await region.Targets.RegisterAsync(
            tenant.Id, group.Id, [.. zones.Select((zone, i) => new Contracts.Targets.TargetConfig(
                $"10.0.0.{i + 1}", null, 1) { Zone = zone })], Cancel));

        async Task ChangeLoadBalancerAsync(string? value) => Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant.Id, web.Id,
            new LoadBalancerChange { Attributes = new Dictionary<string, string?> { [Attribute] = value } }, Cancel));

        async Task ChangeGroupAsync(string? value) => Region.Done(await region.TargetGroups.ChangeAsync(
            tenant.Id, group.Id,
            new TargetGroupChange(null, new Dictionary<string, string?> { [Attribute] = value }), Cancel));

        async Task<string> ToldAsync()
        {
            Snapshot snapshot = await region.SnapshotAsync();
            Listener listener = Assert.Single(Assert.Single(snapshot.Vips).Listeners);
            string[] far =
            [
                .. Assert.Single(snapshot.TargetGroups).Targets.Where(target => target.Far)
                    .Select(target => target.Address[3].ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ];
            return (far.Length == 0 ? "" : $"far {string.Join(' ', far)}")
                + (listener.Groups.Any(share => share.NearFirst) ? ", near first" : "");
        }
    }
}
