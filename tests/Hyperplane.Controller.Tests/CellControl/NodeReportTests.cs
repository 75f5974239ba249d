using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using static Hyperplane.Controller.Tests.CellControl.Observed;
using Target = Hyperplane.Controller.Contracts.Targets.Target;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>What agents say on its way to tenants and operators.</summary>
public sealed class NodeReportTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_snapshot_shows_with_its_reason_and_is_not_sent_in_a_circle()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        TestAgent other = host.Agent("a1", "n2");
        await agent.FollowAsync(_ => true);
        await other.FollowAsync(_ => true);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        Snapshot refused =
            await Eventually.GetAsync(async () => await agent.AskAsync(), next => next is not null) ?? new Snapshot();

        await agent.ReportAsync(refused: refused.Version, refusal: "VIP 1 lies in no own prefix");
        lb = await SeenAsync(
            region, tenant, lb.Id, status => status.Conditions.Any(condition => condition.Type == "SnapshotRefused"));
        Condition shown = lb.Status.Conditions.Single(condition => condition.Type == "SnapshotRefused");
        Assert.Equal(("a", "n1"), (shown.Zone, shown.Node));
        Assert.Contains("lies in no own prefix", shown.Message, StringComparison.Ordinal);
        Assert.Equal(ProvisioningStatus.Failed, lb.Status.Provisioning);
        Assert.Equal(
            "VIP 1 lies in no own prefix", Region.Done(await region.Cells.ListNodesAsync("a1", Cancel))[0].Refusal);
        Assert.Null(await agent.AskAsync(waitMs: 100));

        // Another node can run it: no longer failed. And the next version is offered to the first one again.
        await other.FollowAsync(snapshot => snapshot.Vips.Count == 1);
        await other.ReportAsync();
        await SeenAsync(
            region, tenant, lb.Id, status => status.Provisioning == ProvisioningStatus.Active && !status.Converged);
        await region.LoadBalancerAsync(tenant, "next");
        Assert.NotNull(await Eventually.GetAsync(async () => await agent.AskAsync(), next => next is not null));
    }

    [Fact]
    public async Task A_target_group_that_a_node_does_not_serve_says_so_and_is_active()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        await agent.FollowAsync(snapshot => snapshot.TargetGroups.Count == 1);
        await agent.ReportAsync(unserved: group.Id);

        await Eventually.TrueAsync(async () => Region.Done(await region.Cells.ListNodesAsync("a1", Cancel))[0]
            .UnservedGroups.SequenceEqual([group.Id]));
        ResourceStatus status = Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Status;
        Condition shown = status.Conditions.Single(condition => condition.Type == "NotServed");
        Assert.Equal(("a", "n1", "NoIpv6Address"), (shown.Zone, shown.Node, shown.Reason));
        Assert.Equal(ProvisioningStatus.Active, status.Provisioning);

        await agent.ReportAsync();
        await Eventually.TrueAsync(async () =>
            !Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Status.Conditions
                .Any(condition => condition.Type == "NotServed"));
    }

    [Fact]
    public async Task The_majority_of_the_votes_decides_how_a_target_is()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 3);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1), new TargetConfig("10.0.0.2", null, 1)], Cancel));
        List<TestAgent> agents = [.. Enumerable.Range(1, 3).Select(i => host.Agent("a1", $"n{i}"))];
        foreach (TestAgent agent in agents)
            await agent.FollowAsync(snapshot => snapshot.TargetGroups.Sum(g => g.Targets.Count) == 2);
        uint[] targets = [.. agents[0].Running!.TargetGroups[0].Targets.Select(target => target.Id)];

        await VoteAsync(agents, targets[0], "HHU");
        await VoteAsync(agents, targets[1], "HUU");
        await SeenAsync(region, tenant, lb.Id, status => status.Operating == OperatingStatus.Degraded);
        IReadOnlyList<Target> seen = Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(10, null, null), Cancel)).Items;
        Assert.Equal((TargetState.Healthy, null), (seen[0].State, seen[0].Reason));
        Assert.Equal(
            (TargetState.Unhealthy, "Target.Timeout", "nothing in 2 s"),
                (seen[1].State, seen[1].Reason, seen[1].Detail));

        // Flows of it go on for a while at one node: it is not over.
        await VoteAsync(agents, targets[1], "HUD");
        await Eventually.TrueAsync(async () =>
            Region.Done(await region.Targets.ListAsync(tenant, group.Id, new PageRequest(10, null, null), Cancel))
                .Items[1] is { State: TargetState.UnhealthyDraining, Reason: "Target.Timeout", HealthyNodes: 1 });

        await VoteAsync(agents, targets[1], "HHU");
        await SeenAsync(region, tenant, lb.Id, status => status.Operating == OperatingStatus.Healthy);
        await VoteAsync(agents, targets[0], "UUU");
        await VoteAsync(agents, targets[1], "UUU");
        await SeenAsync(region, tenant, lb.Id, status => status.Operating == OperatingStatus.Down);

        // A vote that is withdrawn does not count, and one of a node that is silent neither.
        agents[0].Health.Clear();
        await VoteAsync(agents[1..], targets[0], "HH");
        await agents[0].ReportAsync();
        await SeenAsync(region, tenant, lb.Id, status => status.Operating == OperatingStatus.Degraded);
        region.Time.Advance(TimeSpan.FromSeconds(10));
        await VoteAsync(agents[..1], targets[0], "U");
        await SeenAsync(region, tenant, lb.Id, status => status.Operating == OperatingStatus.Down);
        Assert.Equal(
            ProvisioningStatus.Active,
                Region.Done(await region.TargetGroups.GetAsync(tenant, group.Id, Cancel)).Status.Provisioning);
    }

    [Fact]
    public async Task What_a_node_reports_is_told_of_it_and_while_it_reports_it_cannot_be_deleted()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        Snapshot snapshot = await agent.FollowAsync(_ => true);
        await agent.ReportAsync();
        Contracts.Cells.Node node = (await Eventually.GetAsync(
            async () => Region.Done(await region.Cells.ListNodesAsync("a1", Cancel)), nodes =>
                nodes[0].LastSeenAt is not null))[0];

        Assert.Equal(
            (snapshot.Version, snapshot.Version, null), (node.RunningVersion, node.WantedVersion, node.Refusal));
        Assert.Equal(16, node.Announced.Count);
        Assert.Equal(7UL, node.Counters["forwarded"]);
        Assert.Equal(new Contracts.Cells.NodePeer("10.0.0.254", "Established", 16, null), Assert.Single(node.Peers));
        Refusal refusal = Region.Refused(await region.Cells.DeleteNodeAsync("a1", "n1", Cancel));
        Assert.Equal((RefusalKind.Conflict, "node_alive"), (refusal.Kind, refusal.Code));
        region.Time.Advance(TimeSpan.FromSeconds(6));
        Region.Done(await region.Cells.DeleteNodeAsync("a1", "n1", Cancel));
        await Eventually.TrueAsync(async () => await FailureAsync(() => agent.ReportAsync()) == StatusCode.NotFound);
    }

    [Fact]
    public async Task A_target_tells_what_each_node_found_apart_from_what_all_follow()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        string id = Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1)], Cancel))[0].Id;
        List<TestAgent> agents = [.. Enumerable.Range(1, 2).Select(i => host.Agent("a1", $"n{i}"))];
        foreach (TestAgent agent in agents)
            await agent.FollowAsync(snapshot => snapshot.TargetGroups.Sum(g => g.Targets.Count) == 1);
        uint number = agents[0].Running!.TargetGroups[0].Targets[0].Id;
        agents[0].Judge(number, TargetHealth.Types.State.Healthy);
        agents[1].Judge(new TargetHealth
        {
            TargetId = number,
            State = TargetHealth.Types.State.Healthy,
            Vote = TargetHealth.Types.State.Unhealthy,
            Reason = "Target.ResponseCodeMismatch",
            Sent = "GET http://10.0.0.1:8080/\0",
            Received = "status 503",
            CheckedAtMs = 1_772_360_430_000,
        });
        foreach (TestAgent agent in agents)
            await agent.ReportAsync();

        Target? seen = null;
        await Eventually.TrueAsync(async () =>
            (seen = Region.Done(await region.Targets.GetAsync(tenant, group.Id, id, Cancel))) is
            { State: TargetState.Healthy, HealthyNodes: 1, VotingNodes: 2, Reason: null, Detail: null });
        Assert.Equal(
            [
                new TargetCheck("n1", "a", TargetState.Healthy, null, null, null, null),
                new TargetCheck(
                    "n2", "a", TargetState.Unhealthy, "Target.ResponseCodeMismatch", "GET http://10.0.0.1:8080/?",
                    "status 503", new DateTimeOffset(2026, 3, 1, 10, 20, 30, TimeSpan.Zero)),
            ],
            seen!.Checks);
        Assert.Null(Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(10, null, null), Cancel)).Items[0].Checks);
    }

    private static async Task VoteAsync(List<TestAgent> agents, uint target, string votes)
    {
        for (int i = 0; i < agents.Count; i++)
        {
            bool healthy = votes[i] == 'H';
            agents[i].Judge(
                target,
                votes[i] switch
                {
                    'H' => TargetHealth.Types.State.Healthy,
                    'D' => TargetHealth.Types.State.UnhealthyDraining,
                    _ => TargetHealth.Types.State.Unhealthy,
                },
                healthy ? string.Empty : "Target.Timeout",
                healthy ? string.Empty : "nothing in 2 s");
            await agents[i].ReportAsync();
        }
    }
}
