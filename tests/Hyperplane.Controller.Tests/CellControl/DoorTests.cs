using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using static Hyperplane.Controller.Tests.CellControl.Observed;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>Who may come in at the door to the agents, over real gRPC, and what is refused there.</summary>
public sealed class DoorTests(PostgresFixture postgres)
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
}
