using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.CellControl;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using Microsoft.Extensions.DependencyInjection;
using TargetGroup = Hyperplane.Controller.Contracts.TargetGroups.TargetGroup;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>How targets are, told whole or by a hash.</summary>
public sealed class TargetReportTests(PostgresFixture postgres)
{
    private const TargetHealth.Types.State Healthy = TargetHealth.Types.State.Healthy;
    private const TargetHealth.Types.State Unhealthy = TargetHealth.Types.State.Unhealthy;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_told_once_holds_while_its_hash_does()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await using ControlHost host = await ControlHost.StartAsync(region);
        (TestAgent agent, uint[] targets, Func<Task<TargetState[]>> states) = await RunAsync(region, host);
        agent.Judge(targets[0], Healthy);
        agent.Judge(targets[1], Unhealthy);
        Assert.Equal("one", await agent.ReportByHashAsync("one", leaveOut: false));
        await SeenAsync(states, TargetState.Healthy, TargetState.Unhealthy);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("one", await agent.ReportByHashAsync("one", leaveOut: true));
            await WrittenAsync(region, agent);
            Assert.Equal([TargetState.Healthy, TargetState.Unhealthy], await states());
        }

        agent.Judge(targets[1], Healthy);
        Assert.Equal("two", await agent.ReportByHashAsync("two", leaveOut: false));
        await SeenAsync(states, TargetState.Healthy, TargetState.Healthy);
        Assert.Equal("", await agent.ReportByHashAsync("one", leaveOut: true));
        agent.Start++;
        Assert.Equal("", await agent.ReportByHashAsync("two", leaveOut: true));
        await WrittenAsync(region, agent);
        Assert.Equal([TargetState.Healthy, TargetState.Healthy], await states());
        // No targets is something to tell, too.
        agent.Health.Clear();
        Assert.Equal("none", await agent.ReportByHashAsync("none", leaveOut: false));
        await SeenAsync(states, TargetState.Initial, TargetState.Initial);
    }

    [Fact]
    public async Task An_agent_of_the_version_before_tells_them_every_time_and_is_believed()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await using ControlHost host = await ControlHost.StartAsync(region);
        (TestAgent agent, uint[] targets, Func<Task<TargetState[]>> states) = await RunAsync(region, host);
        agent.Judge(targets[0], Healthy);
        agent.Judge(targets[1], Unhealthy);
        Assert.Equal("", await agent.ReportByHashAsync("", leaveOut: false));
        await SeenAsync(states, TargetState.Healthy, TargetState.Unhealthy);
        agent.Health.Remove(targets[1]);
        Assert.Equal("", await agent.ReportByHashAsync("", leaveOut: false));
        await SeenAsync(states, TargetState.Healthy, TargetState.Initial);

        // It is replaced by one of this version, and comes back.
        agent.Judge(targets[1], Healthy);
        Assert.Equal("one", await agent.ReportByHashAsync("one", leaveOut: false));
        await SeenAsync(states, TargetState.Healthy, TargetState.Healthy);
        agent.Judge(targets[0], Unhealthy);
        Assert.Equal("", await agent.ReportByHashAsync("", leaveOut: false));
        await SeenAsync(states, TargetState.Unhealthy, TargetState.Healthy);
    }

    [Fact]
    public async Task A_controller_asks_for_what_it_does_not_have_or_what_another_one_overtook()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await using ControlHost host = await ControlHost.StartAsync(region);
        (TestAgent agent, uint[] targets, Func<Task<TargetState[]>> states) = await RunAsync(region, host);
        agent.Judge(targets[0], Healthy);
        agent.Judge(targets[1], Unhealthy);
        await agent.ReportByHashAsync("one", leaveOut: false);
        await SeenAsync(states, TargetState.Healthy, TargetState.Unhealthy);

        await using Region other = Region.Over(region.ConnectionString);
        await using ControlHost successor = await ControlHost.StartAsync(other);
        TestAgent moved = agent.MoveTo(successor);
        Assert.NotNull(await moved.AskAsync(body: true));
        Assert.Equal("", await moved.ReportByHashAsync("one", leaveOut: true));
        await WrittenAsync(region, moved);
        Assert.Equal([TargetState.Healthy, TargetState.Unhealthy], await states());
        moved.Judge(targets[0], Unhealthy);
        moved.Judge(targets[1], Healthy);
        Assert.Equal("two", await moved.ReportByHashAsync("two", leaveOut: false));
        await SeenAsync(states, TargetState.Unhealthy, TargetState.Healthy);

        // Back at the first one, with what that wrote last: in the database are the other's votes.
        await Eventually.TrueAsync(async () => (await agent.ReportByHashAsync("one", leaveOut: true)).Length == 0);
        Assert.Equal("one", await agent.ReportByHashAsync("one", leaveOut: false));
        await SeenAsync(states, TargetState.Healthy, TargetState.Unhealthy);
        Assert.Equal("one", await agent.ReportByHashAsync("one", leaveOut: true));
    }

    [Fact]
    public async Task A_report_by_hash_does_not_overtake_the_list_that_it_means()
    {
        await using Region region = await Region.CreateAsync(postgres);
        var inbox = new ReportInbox(region.Services.GetRequiredService<Database>());
        var list = new NodeReport
        {
            Start = 1, TargetsHash = Hash("one"), Targets = { new TargetHealth { TargetId = 7 } },
        };
        Assert.Equal(Hash("one"), inbox.Put(1, list));
        Assert.Equal(Hash("one"), inbox.Put(1, new NodeReport
        {
            Start = 1, TargetsHash = Hash("one"), TargetsLeftOut = true, RunningVersion = 9,
        }));
        NodeReport taken = Assert.Single(inbox.TakeAll()).Report;
        Assert.Equal((9ul, 7u, false), (taken.RunningVersion, taken.Targets[0].TargetId, taken.TargetsLeftOut));

        inbox.Put(1, list);
        Assert.Empty(inbox.Put(1, new NodeReport { Start = 1, TargetsHash = Hash("two"), TargetsLeftOut = true }));
        Assert.True(Assert.Single(inbox.TakeAll()).Report.TargetsLeftOut);
        inbox.Keep(1, new TargetsKey(1, Hash("two")));
        var byHash = new NodeReport { Start = 1, TargetsHash = Hash("two"), TargetsLeftOut = true };
        Assert.Equal(Hash("two"), inbox.Put(1, byHash));
        inbox.Forget(1);
        Assert.Empty(inbox.Put(1, byHash));
    }

    [Fact]
    public async Task So_many_targets_wait_and_no_more_the_others_are_told_again()
    {
        await using Region region = await Region.CreateAsync(postgres);
        var inbox = new ReportInbox(region.Services.GetRequiredService<Database>(), mostTargets: 5);
        Assert.Equal(Hash("large"), inbox.Put(1, List("large", 7)));
        Assert.Empty(inbox.Put(2, List("more", 1)));
        Assert.Equal([(1, 7, false), (2, 0, true)], Waiting());

        // A node's own that it overtakes do not count, nor do those that were taken.
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Hash("more"), inbox.Put(2, List("more", 3)));
            Assert.Equal(Hash("one"), inbox.Put(1, List("one", 2)));
        }

        Assert.Empty(inbox.Put(3, List("third", 1)));
        Assert.Equal(Hash("none"), inbox.Put(4, List("none", 0)));
        ReceivedReport[] taken = [.. inbox.TakeAll()];
        Assert.Equal([(1, 2), (2, 3), (3, 0), (4, 0)], taken.Select(one => (one.NodeId, one.Report.Targets.Count)));
        inbox.PutBack(taken[1]);
        Assert.Empty(inbox.Put(3, List("third", 3)));
        Assert.Equal([(2, 3, false), (3, 0, true)], Waiting());

        IEnumerable<(int, int, bool)> Waiting() => inbox.TakeAll()
            .Select(one => (one.NodeId, one.Report.Targets.Count, one.Report.TargetsLeftOut));

        static NodeReport List(string name, int targets)
        {
            var report = new NodeReport { Start = 1, TargetsHash = Hash(name) };
            report.Targets.AddRange(
                Enumerable.Range(1, targets).Select(id => new TargetHealth { TargetId = (uint)id }));
            return report;
        }
    }

    [Fact]
    public void Targets_that_are_left_out_are_not_there_and_have_a_hash()
    {
        Assert.NotNull(ReportLimits.Find(new NodeReport { TargetsLeftOut = true }));
        Assert.NotNull(ReportLimits.Find(new NodeReport { TargetsHash = Hash(new string('a', 65)) }));
        Assert.NotNull(ReportLimits.Find(new NodeReport
        {
            TargetsLeftOut = true, TargetsHash = Hash("one"), Targets = { new TargetHealth() },
        }));
        Assert.Null(ReportLimits.Find(new NodeReport { TargetsLeftOut = true, TargetsHash = Hash("one") }));
    }

    private static Google.Protobuf.ByteString Hash(string text) => Google.Protobuf.ByteString.CopyFromUtf8(text);

    /// <summary>A node that runs a group of two targets, with their numbers and a way to see how they are.</summary>
    private static async Task<(TestAgent Agent, uint[] Targets, Func<Task<TargetState[]>> States)> RunAsync(
        Region region, ControlHost host)
    {
        await region.ZoneAsync("a", nodes: 1);
        string tenant = (await region.TenantAsync()).Id;
        LoadBalancer lb = await region.LoadBalancerAsync(tenant);
        TargetGroup group = await region.TargetGroupAsync(tenant);
        await region.ListenerAsync(tenant, lb.Id, group.Id);
        Region.Done(await region.Targets.RegisterAsync(
            tenant, group.Id, [new TargetConfig("10.0.0.1", null, 1), new TargetConfig("10.0.0.2", null, 1)], Cancel));
        TestAgent agent = host.Agent("a1", "n1");
        Snapshot snapshot = await agent.FollowAsync(one => one.TargetGroups is [{ Targets.Count: 2 }]);
        return (
            agent,
            [.. snapshot.TargetGroups[0].Targets.Select(target => target.Id)],
            async () =>
            [
                .. Region.Done(await region.Targets.ListAsync(
                    tenant, group.Id, new PageRequest(10, null, null), Cancel)).Items.Select(target => target.State),
            ]);
    }

    private static Task SeenAsync(Func<Task<TargetState[]>> states, params TargetState[] wanted) =>
        Eventually.TrueAsync(async () => (await states()).SequenceEqual(wanted));

    /// <summary>Waits until an agent's last report was written.</summary>
    private static Task WrittenAsync(Region region, TestAgent agent) => Eventually.TrueAsync(async () =>
        Region.Done(await region.Cells.ListNodesAsync("a1", Cancel))[0].Counters.GetValueOrDefault("turn")
            == agent.Turn);
}
