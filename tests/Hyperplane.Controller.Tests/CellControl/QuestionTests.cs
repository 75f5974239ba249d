using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.LoadBalancers;
using Hyperplane.Controller.Tests.Store;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>What a node that asks over real gRPC is given, and when.</summary>
public sealed class QuestionTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
    public async Task A_question_for_a_cell_that_is_declared_meanwhile_is_answered_too()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("b", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        await host.Agent("b1", "n1").FollowAsync(_ => true);
        Task<Snapshot?> held = host.Agent("a1", "n1").AskAsync(waitMs: 2_000);
        await region.ZoneAsync("a", net: 20, nodes: 1);
        Snapshot? first = await held;

        Assert.Equal("n1", Assert.Single(first!.Nodes).Name);
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
    public async Task A_node_that_accepted_more_than_the_store_remembers_makes_it_jump_above()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        agent.Highest = 4_711;
        Snapshot snapshot = await agent.FollowAsync(_ => true);
        Assert.Equal(4_712UL, snapshot.Version);
        await agent.ReportAsync();
        await using ControlHost restarted = await ControlHost.StartAsync(region);
        Assert.Equal(snapshot, await restarted.Agent("a1", "n1").FollowAsync(next => next.Version > 4_711));
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
}
