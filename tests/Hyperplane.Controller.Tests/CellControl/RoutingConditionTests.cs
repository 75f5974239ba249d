using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;
using static Hyperplane.Controller.Tests.CellControl.Observed;
using LoadBalancer = Hyperplane.Controller.Contracts.LoadBalancers.LoadBalancer;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>A load balancer tells where a zone's flows go that has too few healthy targets.</summary>
public sealed class RoutingConditionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zone_that_fails_is_served_from_the_other_and_with_both_the_group_fails_open()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await region.ListeningAsync();
        await region.ZoneAsync("a", 18, nodes: 1);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer web = await region.LoadBalancerAsync(tenant, "web", "a", "b");
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, web.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id,
            [
                new TargetConfig("10.0.0.1", null, 1) { Zone = "a" },
                new TargetConfig("10.0.0.2", null, 1) { Zone = "b" },
            ],
            Cancel));
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent[] agents = [host.Agent("a1", "n1"), host.Agent("b1", "n1")];
        uint[] targets = [];
        foreach (TestAgent agent in agents)
        {
            Snapshot snapshot = await agent.FollowAsync(
                told => told.TargetGroups is [{ Targets.Count: 2 }] && told.Vips.Count == 1);
            targets = [.. snapshot.TargetGroups[0].Targets.OrderBy(target => target.Address[3]).Select(one => one.Id)];
        }

        await JudgeAsync(TargetHealth.Types.State.Healthy, TargetHealth.Types.State.Healthy);
        LoadBalancer seen = await SeenAsync(
            region, tenant, web.Id, status => status.Operating == OperatingStatus.Healthy);
        Assert.Empty(Told(seen.Status));

        await JudgeAsync(TargetHealth.Types.State.Unhealthy, TargetHealth.Types.State.Healthy);
        await SeenAsync(region, tenant, web.Id, status =>
            Told(status).SequenceEqual(["ServedFromOtherZone a TargetsFailed"]));

        await JudgeAsync(TargetHealth.Types.State.Unhealthy, TargetHealth.Types.State.Unhealthy);
        await SeenAsync(region, tenant, web.Id, status =>
            Told(status).SequenceEqual(["FailOpen a TooFewHealthy", "FailOpen b TooFewHealthy"]));

        await JudgeAsync(TargetHealth.Types.State.Healthy, TargetHealth.Types.State.Healthy);
        await SeenAsync(region, tenant, web.Id, status => !Told(status).Any());

        // Two must be healthy: no zone has as many of its own, both together have.
        await CountAsync("2");
        await SeenAsync(region, tenant, web.Id, status => Told(status).SequenceEqual(
            ["ServedFromOtherZone a TargetsFailed", "ServedFromOtherZone b TargetsFailed"]));
        await CountAsync("3");
        await SeenAsync(region, tenant, web.Id, status =>
            Told(status).SequenceEqual(["FailOpen a TooFewHealthy", "FailOpen b TooFewHealthy"]));

        async Task JudgeAsync(TargetHealth.Types.State first, TargetHealth.Types.State second)
        {
            foreach (TestAgent agent in agents)
            {
                agent.Judge(targets[0], first);
                agent.Judge(targets[1], second);
                await agent.ReportAsync();
            }
        }

        async Task CountAsync(string count) => Region.Done(await region.TargetGroups.ChangeAsync(
            tenant, group.Id,
            new Contracts.TargetGroups.TargetGroupChange(null, new Dictionary<string, string?>
            {
                ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"] = count,
            }),
            Cancel));
    }

    [Fact]
    public async Task A_shifted_address_that_is_announced_alone_is_in_force_when_no_node_announces_it()
    {
        await using Region region = await (await Region.CreateAsync(postgres)).StartAsync();
        await region.ListeningAsync();
        await region.ZoneAsync("a", 18, nodes: 1);
        await region.ZoneAsync("b", 19, nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        // The pool's last block is no shard's, so the address is announced alone.
        LoadBalancer web = await region.LoadBalancerAsync(tenant, "web", "a", "b=198.19.15.5");
        Region.Done(await region.LoadBalancers.ChangeAsync(
            tenant, web.Id,
            new Contracts.LoadBalancers.LoadBalancerChange
            {
                Attributes = new Dictionary<string, string?> { ["zonal_shift.config.enabled"] = "true" },
            },
            Cancel));
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent a = host.Agent("a1", "n1");
        TestAgent b = host.Agent("b1", "n1");
        await ReportAsync(withdrawn: null);
        await SeenAsync(region, tenant, web.Id, status => status.Provisioning == ProvisioningStatus.Active);
        var shifts = (Contracts.LoadBalancers.IZonalShifts)region.Services.GetService(
            typeof(Contracts.LoadBalancers.IZonalShifts))!;

        Region.Done(await shifts.ShiftAsync(
            tenant, web.Id, new Contracts.LoadBalancers.ZonalShiftConfig("b", 600, null), Cancel));
        await b.FollowAsync(snapshot => snapshot.Vips[0].Withdrawn);
        await a.FollowAsync(snapshot => snapshot.Version > 0);
        await ReportAsync(withdrawn: b);
        LoadBalancer seen = await SeenAsync(
            region, tenant, web.Id, status => status.Provisioning == ProvisioningStatus.Active);
        Assert.Contains(seen.Status.Conditions, one =>
            one is { Type: "ZonalShiftActive", Zone: "b", Status: true, Reason: "AddressWithdrawn" });
        Assert.Contains(seen.Status.Conditions, one => one is { Type: "PrefixWithdrawn", Zone: "b", Status: true });

        Region.Done(await shifts.ShiftAsync(
            tenant, web.Id, new Contracts.LoadBalancers.ZonalShiftConfig("b", 900, null), Cancel));
        Region.Done(await shifts.CancelAsync(tenant, web.Id, Cancel));
        Region.Done(await shifts.ShiftAsync(
            tenant, web.Id, new Contracts.LoadBalancers.ZonalShiftConfig("a", 600, null), Cancel));
        await a.FollowAsync(snapshot => snapshot.Vips[0].Withdrawn);
        await b.FollowAsync(snapshot => !snapshot.Vips[0].Withdrawn);
        await ReportAsync(withdrawn: null);
        seen = await SeenAsync(
            region, tenant, web.Id, status => status.Provisioning == ProvisioningStatus.Active);
        Assert.Contains(seen.Status.Conditions, one =>
            one is { Type: "ZonalShiftActive", Zone: "a", Status: true, Reason: "AddressServed" });

        async Task ReportAsync(TestAgent? withdrawn)
        {
            foreach (TestAgent agent in new[] { a, b })
            {
                await agent.FollowAsync(snapshot => snapshot.Vips.Count == 1);
                if (await agent.AskAsync(waitMs: 1) is { } next)
                    agent.Run(next);
                await agent.ReportAsync(announce: agent != withdrawn);
            }
        }
    }

    private static IEnumerable<string> Told(ResourceStatus status) => status.Conditions
        .Where(one => one.Type is "ServedFromOtherZone" or "FailOpen")
        .Select(one => $"{one.Type} {one.Zone} {one.Reason}").Order(StringComparer.Ordinal);
}
