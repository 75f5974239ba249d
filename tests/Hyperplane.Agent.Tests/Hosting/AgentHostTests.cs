using System.Net;
using Hyperplane.Agent.Configuration;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Enrolment;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Agent.Tests.FlowLogs;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.FlowLogs;

namespace Hyperplane.Agent.Tests.Hosting;

/// <summary>A whole agent, but for the machine under it, against a real gRPC server.</summary>
public sealed class AgentHostTests : IAsyncDisposable
{
    private static readonly DrainTimes ShortDrain = new()
    {
        Quiet = TimeSpan.FromMilliseconds(1),
        VipsToSnat = TimeSpan.FromMilliseconds(1),
        SnatToEnd = TimeSpan.FromMilliseconds(1),
    };

    private readonly TempDirectory _directory = new();
    private readonly List<IDisposable> _disposables = [];
    private CancellationTokenSource _stop = new();
    private ControlServer? _server;
    private FakeParts _parts = new();
    private LineWriter _output = new();
    private LogSink _log = new();
    private Task _run = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(30));
        if (_server is not null)
            await _server.DisposeAsync();
        foreach (IDisposable disposable in _disposables)
            disposable.Dispose();
        _stop.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_gets_its_snapshot_and_becomes_ready(bool unixSocket)
    {
        await StartServer(unixSocket);
        _server!.Publish(Sample.Snapshot());
        Start();
        await _output.Has("ready");
        Assert.Equal(["version 7", "peer 10.10.1.1 Established", "announced 6 prefixes", "ready"], _output.Lines);
    }

    [Fact]
    public async Task A_held_ask_is_answered_with_the_change()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        await _server.ReportThat(r => r.RunningVersion == 7);
        _server.Publish(Sample.Snapshot(8));
        await _server.ReportThat(r => r.RunningVersion == 8);
        Assert.Contains(_server.Asks, a => !a.Body && a.RunningHash.Equals(Sample.Hash(Sample.Snapshot())));
    }

    [Fact]
    public async Task Reports_tell_version_peers_prefixes_targets_and_counters()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        NodeReport report = await _server.ReportThat(r => r.RunningVersion == 7 && r.Announced.Count == 6);
        Assert.Equal(("cell-a", "node-a1", 42UL), (report.Cell, report.Node, report.Start));
        Assert.Equal(Sample.Hash(Sample.Snapshot()), report.RunningHash);
        Assert.Equal("10.10.1.1 Established 6",
            $"{report.Peers[0].Address} {report.Peers[0].State} {report.Peers[0].PrefixesSent}");
        Assert.Contains("198.18.0.0/26", report.Announced);
        Assert.Equal([11U, 12U, 13U, 31U], report.Targets.Select(t => t.TargetId));
        Assert.Contains(report.Counters, c => c.Name == "forwarded");
        Assert.Equal(11U, Assert.Single(report.Listeners).ListenerId);

        _parts.Health.Judge(1, 11, ProbeState.Unhealthy, "Target.Timeout", "no answer");
        report = await _server.ReportThat(r => r.Targets.Any(t => t.State == TargetHealth.Types.State.Unhealthy));
        Assert.Equal("Target.Timeout no answer", $"{report.Targets[0].Reason} {report.Targets[0].Detail}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ends_of_flows_are_written_and_counted_and_a_place_that_takes_none_harms_nothing(bool isWritable)
    {
        var queue = new FlowLogQueue();
        _parts = new FakeParts { FlowLog = queue };
        if (!isWritable)
            await File.WriteAllTextAsync(_directory.File("flow-log"), "", TestContext.Current.CancellationToken);
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        queue.Write(Flow.Over(), wasEstablished: true);
        string counter = isWritable ? "flow_log_written" : "flow_log_write_failed";
        await _server.ReportThat(r => r.RunningVersion == 7
            && r.Counters.Any(one => one.Name == counter && one.Value == 1));
        queue.Write(Flow.Over(), wasEstablished: true);
        await Stop();
        Assert.Contains("ready", _output.Lines);
        if (isWritable)
            Assert.Equal(2, (await File.ReadAllLinesAsync(
                Path.Combine(_directory.File("flow-log"), "flows-000000001.jsonl"),
                TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task A_refusal_reaches_the_controller_and_the_old_snapshot_stays()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        await _server.ReportThat(r => r.RunningVersion == 7);
        Snapshot bad = Sample.Snapshot(8);
        bad.Shards[0].NodeIds.Add(77);
        _server.Publish(bad);
        NodeReport report = await _server.ReportThat(r => r.RefusedVersion == 8);
        Assert.Equal((7UL, "shard 0 names node 77, which does not exist"), (report.RunningVersion, report.Refusal));
        Assert.Contains("refused 8: shard 0 names node 77, which does not exist", _output.Lines);
    }

    [Fact]
    public async Task A_certificate_that_the_controller_refuses_is_told()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start(TestAuthority.Strange);
        Assert.Contains("the certificate was revoked", await _log.First(3003), StringComparison.Ordinal);
        Assert.Contains("the certificate was revoked", await _log.First(3030), StringComparison.Ordinal);
        Assert.Empty(_parts.Journal);
    }

    [Fact]
    public async Task A_node_that_has_not_enrolled_says_so_and_asks_nothing()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start(credentials: null);
        Assert.Contains("has not enrolled", await _log.First(3003), StringComparison.Ordinal);
        Assert.Empty(_server.Asks);
    }

    [Fact]
    public async Task Without_a_controller_the_node_goes_on_follows_health_and_starts_again()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        await _server.ReportThat(r => r.RunningVersion == 7);
        await _server.DisposeAsync();
        await _log.First(3003);
        _parts.Health.Judge(1, 11, ProbeState.Healthy);
        await Eventually.Holds(() => _parts.Dataplane.Model!.TargetGroups[0].Targets[0].Healthy);
        await Stop();

        _output = new LineWriter();
        _parts = new FakeParts();
        Start();
        await _output.Has("ready");
        Assert.Equal("version 7", _output.Lines[0]);
        Assert.Equal(7UL, _parts.Dataplane.Model!.Version);
    }

    [Fact]
    public async Task A_controller_that_comes_back_is_heard()
    {
        string socket = _directory.File("control.sock");
        _server = await ControlServer.StartAsync(socket);
        _server.Publish(Sample.Snapshot());
        Start();
        await _server.ReportThat(r => r.RunningVersion == 7);
        await _server.DisposeAsync();
        await _log.First(3003);
        _server = await ControlServer.StartAsync(socket);
        _server.Publish(Sample.Snapshot(8));
        await _server.ReportThat(r => r.RunningVersion == 8);
        await _log.First(3004);
    }

    [Fact]
    public async Task A_stop_drains_says_goodbye_and_ends()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        await _server.ReportThat(r => r.Announced.Count == 6);
        await Stop();
        Assert.Equal(
            [
                "drain Shutting",
                "not ready",
                "announced 3 prefixes",
                "drain VipsWithdrawn",
                "announced 1 prefixes",
                "drain SnatWithdrawn",
                "drain Drained",
                "stopped",
            ],
            _output.Lines.SkipWhile(l => l != "drain Shutting"));
        Assert.Equal(["cease node stops", "health end", "speaker end", "dataplane end"], _parts.Journal.TakeLast(4));
    }

    [Fact]
    public async Task A_stop_before_the_first_snapshot_ends_at_once()
    {
        await StartServer();
        Start();
        await _server!.ReportThat(r => r.RunningVersion == 0);
        await Stop();
        Assert.Equal(["stopped"], _output.Lines);
    }

    [Fact]
    public async Task A_lost_dataplane_ends_the_agent_with_a_goodbye()
    {
        await StartServer();
        _server!.Publish(Sample.Snapshot());
        Start();
        await _output.Has("ready");
        _parts.Dataplane.IsAlive = false;
        await Assert.ThrowsAsync<PartException>(() => _run.WaitAsync(TimeSpan.FromSeconds(60)));
        _run = Task.CompletedTask;
        Assert.Equal(["cease node fails", "health end", "speaker end", "dataplane end"], _parts.Journal.TakeLast(4));
        Assert.Contains("not ready", _output.Lines);
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_made_ends_the_start()
    {
        await File.WriteAllTextAsync(_directory.File("state"), "", TestContext.Current.CancellationToken);
        Start();
        await Assert.ThrowsAnyAsync<IOException>(() => _run);
        _run = Task.CompletedTask;
    }

    private async Task StartServer(bool unixSocket = true) =>
        _server = await ControlServer.StartAsync(unixSocket ? _directory.File("control.sock") : null);

    private void Start() => Start(TestAuthority.Node);

    private void Start(NodeCredentials? credentials)
    {
        var config = new AgentConfig(
            Sample.Cell,
            Sample.Node,
            _server?.Address ?? "unix:" + _directory.File("control.sock"),
            null,
            "",
            _directory.File("state"),
            "eth0",
            64_601,
            null,
            [new PeerConfig(IPAddress.Parse("10.10.1.1"), 64_512)],
            9,
            1_024,
            251,
            4_785,
            new BfdConfig(300, 3),
            0,
            FlowsInOrleans: false,
            "/unused",
            Queues: 0,
            ChallengesPerSecond: 0)
        {
            FlowLog = new FlowLogConfig(_directory.File("flow-log")),
        };
        string identity = _directory.File(credentials is null ? "nobody" : "identity");
        if (credentials is not null)
            new CredentialStore(identity).Write(credentials);
        var calls = new ControllerCalls(TimeProvider.System);
        var keeper = new CredentialKeeper(
            new EnrolmentConfig(Sample.Cell, Sample.Node, config.Controller, null, identity), calls,
            TimeProvider.System, new Random(1), _log);
        var control = new GrpcCellControl(config.Controller, keeper, TimeProvider.System);
        _disposables.Add(control);
        _stop = new CancellationTokenSource();
        var host = new AgentHost(config, _parts, control, calls, TimeProvider.System, new Random(1), _log, _output)
        {
            DrainTimes = ShortDrain,
            AskTimes = new AskTimes { LongestPause = TimeSpan.FromMilliseconds(200) },
        };
        _run = host.RunAsync(42, _stop.Token);
    }

    private async Task Stop()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(30));
        _log = new LogSink();
    }
}
