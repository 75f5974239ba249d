using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Identity;
using Hyperplane.Controller.Tests.Store;
using Hyperplane.Rpc;
using static Hyperplane.Controller.Tests.CellControl.Observed;

namespace Hyperplane.Controller.Tests.CellControl;

/// <summary>Who may come in at the door to the agents, over real gRPC, and what is refused there.</summary>
public sealed class DoorTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_certificate_nobody_comes_in()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        var nobody = new TestAgent(new CellControlClient(host.Connect(certificate: null)), "a1", "n1");
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => nobody.AskAsync(0)));
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => nobody.ReportAsync()));
        var identity = new NodeIdentityClient(host.Connect(certificate: null));
        var now = new CallOptions(null, null, Cancel);
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(
            () => identity.RenewAsync(new RenewRequest(), now).ResponseAsync));
    }

    [Theory]
    [InlineData("a1", "n2")]
    [InlineData("a2", "n1")]
    public async Task A_node_cannot_speak_for_another(string cell, string node)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 2);
        await using ControlHost host = await ControlHost.StartAsync(region);
        var other = new TestAgent(new CellControlClient(host.Connect(host.Certificate(cell, node))), "a1", "n1");
        Assert.Equal(StatusCode.PermissionDenied, await FailureAsync(() => other.AskAsync(0)));
        Assert.Equal(StatusCode.PermissionDenied, await FailureAsync(() => other.ReportAsync()));
    }

    [Fact]
    public async Task Certificates_of_others_and_of_the_controller_itself_are_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        using var stranger = CertificateAuthority.Create(region.Time.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = stranger.IssueNode(
            new NodeName("a1", "n1"), new PublicKey(key), region.Time.GetUtcNow(), TimeSpan.FromDays(1));
        using X509Certificate2 strange = bare.CopyWithPrivateKey(key);
        using X509Certificate2 controllers =
            host.Authority.IssueController(region.Time.GetUtcNow(), TimeSpan.FromDays(1));
        foreach (X509Certificate2 wrong in (X509Certificate2[])[strange, controllers, host.Authority.Certificate])
        {
            var agent = new TestAgent(new CellControlClient(host.Connect(wrong)), "a1", "n1");
            Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => agent.AskAsync(0)));
        }
    }

    [Theory]
    [InlineData(-10, 9, StatusCode.OK)] // minutes: it expired one minute ago
    [InlineData(-10, 4, StatusCode.Unauthenticated)]
    [InlineData(4, 60, StatusCode.OK)] // the issuer's clock is four minutes ahead
    [InlineData(6, 60, StatusCode.Unauthenticated)]
    public async Task Certificates_hold_in_their_time_give_or_take_five_minutes(int from, int life, StatusCode end)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        await host.Agent("a1", "n1").FollowAsync(_ => true);
        region.Time.Advance(TimeSpan.FromHours(1));
        X509Certificate2 certificate =
            host.Certificate("a1", "n1", TimeSpan.FromMinutes(from), TimeSpan.FromMinutes(life));
        var agent = new TestAgent(new CellControlClient(host.Connect(certificate)), "a1", "n1");
        Assert.Equal(end, await FailureAsync(() => agent.AskAsync(0)));
    }

    [Fact]
    public async Task A_connection_that_outlives_its_certificate_is_refused()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync("a", nodes: 1);
        await using ControlHost host = await ControlHost.StartAsync(region);
        TestAgent agent = host.Agent("a1", "n1");
        await agent.FollowAsync(_ => true);
        region.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(StatusCode.Unauthenticated, await FailureAsync(() => agent.AskAsync(0)));
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
        var client = new CellControlClient(host.Connect(host.Certificate("a1", "n1")));
        var now = new CallOptions(cancellationToken: Cancel);
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

        Task SendAsync(NodeReport report) => client.ReportAsync(report, now).ResponseAsync;
    }
}
