using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Target = Hyperplane.Controller.Contracts.Targets.Target;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>The door to the agents over real gRPC, and what agents say on its way to tenants.</summary>
public sealed class CellControlTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer " + Region.CellKey + "x")]
    [InlineData("Basic " + Region.CellKey)]
    public async Task A_wrong_key_is_unauthenticated(string authorization)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        var headers = new Metadata();
        if (authorization.Length > 0)
            headers.Add("authorization", authorization);
        var options = new CallOptions(headers, cancellationToken: Cancel);

        RpcException report = await Assert.ThrowsAsync<RpcException>(
            () => host.Client.ReportAsync(new NodeReport { Cell = "a1", Node = "n1" }, options).ResponseAsync);
        Assert.Equal(StatusCode.Unauthenticated, report.StatusCode);
        RpcException ask = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            using AsyncServerStreamingCall<SnapshotChunk> call = host.Client
                .Ask(new AskRequest { Cell = "a1", Node = "n1" }, options);
            await call.ResponseStream.MoveNext(Cancel);
        });
        Assert.Equal(StatusCode.Unauthenticated, ask.StatusCode);
    }

    [Fact]
    public async Task Unknown_cells_and_nodes_are_not_found_and_a_version_that_cannot_be_is_an_invalid_argument()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        await host.Agent("a1", "n1").FollowAsync(_ => true);

        Assert.Equal(StatusCode.NotFound, await FailureAsync(() => host.Agent("a2", "n1").AskAsync(0)));
        Assert.Equal(StatusCode.NotFound, await FailureAsync(() => host.Agent("a1", "n2").AskAsync(0)));
        Assert.Equal(StatusCode.NotFound, await FailureAsync(() => host.Agent("a2", "n1").ReportAsync()));
        Assert.Equal(StatusCode.NotFound, await FailureAsync(() => host.Agent("a1", "n2").ReportAsync()));
        TestAgent damaged = host.Agent("a1", "n1");
        damaged.Highest = ulong.MaxValue;
        Assert.Equal(StatusCode.InvalidArgument, await FailureAsync(() => damaged.AskAsync(0)));
    }

    [Fact]
    public async Task A_question_is_held_open_and_answered_when_the_cell_changes()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        Snapshot first = await agent.FollowAsync(_ => true);
        Assert.Null(await agent.AskAsync(waitMs: 0));

        Task<Snapshot?> held = agent.AskAsync(waitMs: 2_000);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        Snapshot? second = await held;

        Assert.NotNull(second);
        Assert.Equal(first.Version + 1, second.Version);
        Assert.Equal((lb.Id, lb.Zones[0].Shard), (Assert.Single(second.Vips).LoadBalancer, (int)second.Vips[0].Shard));
    }

    [Fact]
    public async Task An_unchanged_snapshot_is_sent_only_when_its_body_is_asked_for()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        Snapshot first = await agent.FollowAsync(_ => true);
        Assert.Null(await agent.AskAsync(waitMs: 50));
        Assert.Equal(first, await agent.AskAsync(waitMs: 0, body: true));
    }

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
            tenant, lb.Id, compiled.Status, TimeSpan.FromSeconds(60), Cancel);
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
            tenant, lb.Id, lb.Status, TimeSpan.FromMilliseconds(50), Cancel));
        Assert.Equal(lb.Status.Conditions, same.Status.Conditions);
        Assert.Equal("not_found", Region.Refused(
            await region.LoadBalancers.WaitAsync(tenant, "lb-none", lb.Status, TimeSpan.FromSeconds(60), Cancel)).Code);
    }

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
    public async Task A_node_that_accepted_more_than_the_store_remembers_makes_it_jump_above()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        agent.Highest = 4_711;
        Snapshot snapshot = await agent.FollowAsync(_ => true);
        Assert.Equal(4_712UL, snapshot.Version);
        await using ControlHost restarted = await ControlHost.StartAsync(region);
        Assert.Equal(snapshot, await restarted.Agent("a1", "n1").FollowAsync(_ => true));
    }

    [Fact]
    public async Task Two_controllers_give_the_same_bytes_and_the_same_version()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 3);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost one = await ControlHost.StartAsync(region);
        await using ControlHost two = await ControlHost.StartAsync(region);
        for (int i = 1; i <= 5; i++)
        {
            int count = i;
            await region.LoadBalancerAsync(tenant, $"lb{i}");
            Snapshot left = await one.Agent("a1", "n1").FollowAsync(snapshot => snapshot.Vips.Count == count);
            Assert.Equal(left, await two.Agent("a1", "n1").FollowAsync(snapshot => snapshot.Vips.Count == count));
        }
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
    public async Task Reports_that_are_too_large_or_damaged_are_refused_and_odd_texts_are_stored_safely()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        await agent.FollowAsync(_ => true);
        var flood = new NodeReport { Cell = "a1", Node = "n1" };
        flood.Peers.AddRange(Enumerable.Repeat(new Peer(), 65));
        Assert.Equal(StatusCode.InvalidArgument, await FailureAsync(() => SendAsync(flood)));
        Assert.Equal(StatusCode.InvalidArgument, await FailureAsync(
            () => SendAsync(new NodeReport { Cell = "a1", Node = "n1", RunningVersion = ulong.MaxValue })));

        var odd =
            new NodeReport { Cell = "a1", Node = "n1", Refusal = "a\0b" + new string('x', 5_000), RefusedVersion = 1 };
        odd.Targets.Add(new TargetHealth { TargetId = 99, State = (TargetHealth.Types.State)77, Reason = "\0" });
        odd.Targets.Add(new TargetHealth { TargetId = 98, State = TargetHealth.Types.State.Healthy, Reason = "\0" });
        odd.Counters.Add([new Counter { Name = "same", Value = 1 }, new Counter { Name = "same", Value = 2 }]);
        await SendAsync(odd);
        Contracts.Cells.Node node = (await Eventually.GetAsync(
            async () => Region.Done(await region.Cells.ListNodesAsync("a1", Cancel)), nodes =>
                nodes[0].LastSeenAt is not null))[0];
        Assert.Equal(512, node.Refusal?.Length);
        Assert.Equal(2UL, node.Counters["same"]);

        Task SendAsync(NodeReport report) => host.Client.ReportAsync(report, TestAgent.Credentials).ResponseAsync;
    }

    [Fact]
    public async Task A_deleted_load_balancer_leaves_a_tombstone_and_is_gone_when_the_live_nodes_have_forgotten_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(
            region, store: options => options with { NodeLiveTime = TimeSpan.FromSeconds(60) });
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TestAgent one = host.Agent("a1", "n1");
        TestAgent two = host.Agent("a1", "n2");
        foreach (TestAgent agent in new[] { one, two })
        {
            await agent.FollowAsync(snapshot => snapshot.Vips.Count == 1);
            await agent.ReportAsync();
        }

        await Eventually.TrueAsync(
            async () => (await NodesAsync(region)).All(node => node.LastSeenAt is not null));
        Region.Done(await region.LoadBalancers.DeleteAsync(tenant, lb.Id, Cancel));
        Snapshot without = await one.FollowAsync(snapshot => snapshot.Vips.Count == 0);
        Tombstone tombstone = Assert.Single(without.Tombstones);
        Assert.Equal((without.Version, lb.Zones[0].Address),
            (tombstone.Version, new System.Net.IPAddress(tombstone.Address.Span).ToString()));

        await one.ReportAsync();
        await Eventually.TrueAsync(
            async () => (await NodesAsync(region))[0].RunningVersion == without.Version);
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        Assert.True(await janitor.CleanAsync(Cancel));
        Assert.Equal(
            ProvisioningStatus.Deleting,
                Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Status.Provisioning);

        await two.FollowAsync(snapshot => snapshot.Vips.Count == 0);
        await two.ReportAsync();
        await Eventually.TrueAsync(async () =>
        {
            await janitor.CleanAsync(Cancel);
            return await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel) is Outcome<LoadBalancer>.Refused;
        });

        // A later change keeps the tombstone's version, and the end of the quarantine removes it.
        await region.LoadBalancerAsync(tenant, "next");
        Assert.Equal(
            tombstone, Assert.Single((await one.FollowAsync(snapshot => snapshot.Vips.Count == 1)).Tombstones));
        region.Time.Advance(TimeSpan.FromHours(25));
        await janitor.CleanAsync(Cancel);
        await one.FollowAsync(snapshot => snapshot.Tombstones.Count == 0);
    }

    [Fact]
    public async Task A_drained_target_goes_when_its_delay_is_over()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1), new TargetConfig("10.0.0.2", null, 1)], Cancel));
        TestAgent agent = host.Agent("a1", "n1");
        Region.Done(await region.Targets.DeregisterAsync(tenant, group.Id, [new TargetKey("10.0.0.1", null)], Cancel));
        Snapshot draining =
            await agent.FollowAsync(snapshot => snapshot.TargetGroups.Any(g => g.Targets.Any(t => t.Draining)));
        Assert.Equal([true, false], draining.TargetGroups[0].Targets.Select(target => target.Draining));

        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        region.Time.Advance(TimeSpan.FromSeconds(290));
        await janitor.CleanAsync(Cancel);
        Assert.Equal(2, Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(9, null, null), Cancel)).Items.Count);
        region.Time.Advance(TimeSpan.FromSeconds(11));
        await janitor.CleanAsync(Cancel);
        Target left = Assert.Single(Region.Done(
            await region.Targets.ListAsync(tenant, group.Id, new PageRequest(9, null, null), Cancel)).Items);
        Assert.Equal("10.0.0.2", left.Address);
        await agent.FollowAsync(snapshot => snapshot.TargetGroups[0].Targets.Count == 1);
    }

    [Fact]
    public async Task A_deleted_listener_is_gone_when_the_nodes_have_forgotten_it()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        await using ControlHost host = await ControlHost.StartAsync(region);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        Contracts.Listeners.Listener listener = await region.ListenerAsync(tenant, lb.Id, group.Id);
        TestAgent agent = host.Agent("a1", "n1");
        await agent.FollowAsync(snapshot => snapshot.TargetGroups.Count == 1);
        await agent.ReportAsync();
        await Eventually.TrueAsync(
            async () => Region.Done(await region.Listeners.GetAsync(tenant, lb.Id, listener.Id, Cancel))
            .Status is { Provisioning: ProvisioningStatus.Active, ObservedGeneration: 1, Converged: true });

        Region.Done(await region.Listeners.DeleteAsync(tenant, lb.Id, listener.Id, Cancel));
        await agent.FollowAsync(
            snapshot => snapshot.Vips is [{ Listeners.Count: 0 }] && snapshot.TargetGroups.Count == 0);
        await agent.ReportAsync();
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        await Eventually.TrueAsync(async () =>
        {
            await janitor.CleanAsync(Cancel);
            return await region.Listeners.GetAsync(tenant, lb.Id, listener.Id, Cancel)
                is Outcome<Contracts.Listeners.Listener>.Refused;
        });
        Assert.Equal(
            ProvisioningStatus.Active,
                Region.Done(await region.LoadBalancers.GetAsync(tenant, lb.Id, Cancel)).Status.Provisioning);
    }

    [Fact]
    public async Task The_outbox_and_old_events_do_not_grow_for_ever()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        region.Time.Advance(TimeSpan.FromDays(100));
        var janitor = (Controller.CellControl.Janitor)host.Services.GetService(typeof(Controller.CellControl.Janitor))!;
        await janitor.CleanAsync(Cancel);
        Assert.Equal((0, 0), await region.Database.RunAsync(
            null, async db => (await db.CellChanges.CountAsync(Cancel), await db.Events.CountAsync(Cancel)), Cancel));
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

    private static async Task<IReadOnlyList<Contracts.Cells.Node>> NodesAsync(Region region) =>
        Region.Done(await region.Cells.ListNodesAsync("a1", Cancel));

    private static async Task VoteAsync(List<TestAgent> agents, uint target, string votes)
    {
        for (int i = 0; i < agents.Count; i++)
        {
            bool healthy = votes[i] == 'H';
            agents[i].Judge(
                target,
                healthy ? TargetHealth.Types.State.Healthy : TargetHealth.Types.State.Unhealthy,
                healthy ? string.Empty : "Target.Timeout",
                healthy ? string.Empty : "nothing in 2 s");
            await agents[i].ReportAsync();
        }
    }

    private static Task<LoadBalancer> SeenAsync(
        Region region, string tenant, string id, Func<ResourceStatus, bool> wanted) =>
        Eventually.GetAsync(
            async () => Region.Done(await region.LoadBalancers.GetAsync(tenant, id, Cancel)), lb => wanted(lb.Status));

    private static bool Applied(ResourceStatus status, string zone) =>
        status.Conditions.Any(
            condition => condition.Type == "SnapshotApplied" && condition.Zone == zone && condition.Status);

    private static async Task<StatusCode> FailureAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }
}
