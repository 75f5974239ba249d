using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Tests.Store;
using Listener = Hyperplane.Controller.Contracts.Listeners.Listener;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.Listeners;

/// <summary>Whose flows may begin at a listener, from the request to the snapshot.</summary>
public sealed class SourceListTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_are_kept_in_order_without_repeats_and_reach_both_protocols_in_the_snapshot()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web, TargetGroup group) = await WebAsync(region);
        ListenerConfig config = Config(group) with
        {
            AllowedCidrs = ["2001:DB8:0::/32", "192.0.2.7", "10.0.0.0/8", "192.0.2.7/32", "10.1.0.0/16", "::1"],
            DeniedCidrs = ["0.0.0.0/0"],
        };

        Listener made = Region.Done(await region.Listeners.CreateAsync(tenant.Id, web.Id, config, Cancel));

        string[] allowed = ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.7/32", "::1/128", "2001:db8::/32"];
        Assert.Equal(allowed, made.AllowedCidrs);
        Assert.Equal(["0.0.0.0/0"], made.DeniedCidrs);
        Assert.Equal(made.AllowedCidrs, Region.Done(
            await region.Listeners.GetAsync(tenant.Id, web.Id, made.Id, Cancel)).AllowedCidrs);
        Assert.Equal(made.Id, Region.Done(await region.Listeners.CreateAsync(
            tenant.Id, web.Id, config with { AllowedCidrs = [.. allowed.Reverse()] }, Cancel)).Id);
        Assert.Equal("listener_in_use", Region.Refused(await region.Listeners.CreateAsync(
            tenant.Id, web.Id, config with { DeniedCidrs = [] }, Cancel)).Code);
        Snapshot snapshot = await region.SnapshotAsync();
        Snapshots.SnapshotInvariants.Check(snapshot);
        Assert.Equal(2, snapshot.Vips[0].Listeners.Count);
        Assert.All(snapshot.Vips[0].Listeners, listener =>
        {
            Assert.Equal(made.AllowedCidrs, listener.Allowed.Select(Text));
            Assert.Equal(made.DeniedCidrs, listener.Denied.Select(Text));
        });
    }

    [Fact]
    public async Task A_change_replaces_a_list_leaves_the_other_and_the_same_again_changes_nothing()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web, TargetGroup group) = await WebAsync(region);
        Listener made = Region.Done(await region.Listeners.CreateAsync(
            tenant.Id, web.Id, Config(group) with { AllowedCidrs = ["10.0.0.0/8"] }, Cancel));

        Listener denied = await ChangeAsync(new ListenerChange(null, null) { DeniedCidrs = ["10.1.0.0/16"] });
        Assert.Equal((2L, "10.0.0.0/8", "10.1.0.0/16"), (
            denied.Generation, Assert.Single(denied.AllowedCidrs), Assert.Single(denied.DeniedCidrs)));
        Assert.Equal(2, (await ChangeAsync(
            new ListenerChange(null, null) { DeniedCidrs = ["10.1.0.0/16", "10.1.0.0/16"] })).Generation);
        Assert.Equal(3, (await ChangeAsync(new ListenerChange(null, null) { AllowedCidrs = [] })).Generation);
        Hyperplane.Cells.Contracts.Listener sent = (await region.SnapshotAsync()).Vips[0].Listeners[0];
        Assert.Empty(sent.Allowed);
        Assert.Equal("10.1.0.0/16", Text(Assert.Single(sent.Denied)));

        async Task<Listener> ChangeAsync(ListenerChange change) => Region.Done(
            await region.Listeners.ChangeAsync(tenant.Id, web.Id, made.Id, change, Cancel));
    }

    [Fact]
    public async Task What_is_wrong_is_told_at_once_with_its_place()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant tenant, LoadBalancer web, TargetGroup group) = await WebAsync(region);
        Refusal refusal = Region.Refused(await region.Listeners.CreateAsync(
            tenant.Id,
            web.Id,
            Config(group) with
            {
                AllowedCidrs =
                [
                    "10.0.0.0/8", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0", "::ffff:10.0.0.1",
                    "fe80::1%eth0", "2001:db8::/129", "", "everybody",
                ],
                DeniedCidrs = [.. Enumerable.Range(0, 65).Select(i => $"10.{i}.0.0/16")],
            },
            Cancel));
        Assert.Equal("invalid_value", refusal.Code);
        Assert.Equal(
            [.. Enumerable.Range(1, 9).Select(i => $"/allowedCidrs/{i}"), "/deniedCidrs"],
            refusal.Errors.Select(error => error.Pointer));
        Assert.Empty((await region.SnapshotAsync()).Vips[0].Listeners);
    }

    private static string Text(Prefix prefix) =>
        $"{new System.Net.IPAddress(prefix.Address.Span)}/{prefix.Length}";

    private static ListenerConfig Config(TargetGroup group) => new(TransportProtocol.TcpUdp, 53, group.Id, null);

    private static async Task<(Tenant Tenant, LoadBalancer Web, TargetGroup Group)> WebAsync(Region region)
    {
        (Tenant tenant, LoadBalancer web) = await ForwardingTests.WebAsync(region);
        return (tenant, web, await ForwardingTests.GroupAsync(region, tenant, "both", TransportProtocol.TcpUdp));
    }
}
