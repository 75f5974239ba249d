using Google.Protobuf;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Agent.Tests.Snapshots;

/// <summary>The loop of asks against a controller that the test plays, on a clock that the test moves.</summary>
public sealed class SnapshotClientTests : IAsyncDisposable
{
    private static readonly AskTimes Times = new();
    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ManualTime _time = new();
    private ScriptedControl _control = new();
    private FakeParts _parts = new();
    private NodeRuntime? _runtime;
    private Task _loop = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_loop);
        if (_runtime is not null)
            await _runtime.DisposeAsync();
        _directory.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task The_first_ask_has_nothing_and_wants_the_body()
    {
        await Start();
        AskRequest ask = await _control.NextAsk();
        Assert.Equal(("cell-a", "node-a1"), (ask.Cell, ask.Node));
        Assert.Equal((0, 0UL, 2_000U, true), (ask.RunningHash.Length, ask.HighestVersion, ask.WaitMs, ask.Body));
    }

    [Fact]
    public async Task A_snapshot_in_pieces_runs_and_the_next_ask_names_it()
    {
        await Start();
        await _control.NextAsk();
        _control.Answer(Sample.Chunks(Sample.Snapshot(), 100));
        AskRequest ask = await NextAskAfterPause();
        Assert.Equal((Sample.Hash(Sample.Snapshot()), 7UL, false), (ask.RunningHash, ask.HighestVersion, ask.Body));
        Assert.Equal(7UL, Status.Version);
        Assert.Equal(7UL, _parts.Dataplane.Model!.Version);
    }

    [Fact]
    public async Task The_body_is_asked_for_again_after_a_minute()
    {
        await StartRunning(Sample.Snapshot());
        long begin = _time.GetTimestamp();
        while (true)
        {
            TimeSpan passed = _time.GetElapsedTime(begin);
            _time.Advance(TimeSpan.FromSeconds(2));
            _control.Unchanged();
            if ((await NextAskAfterPause()).Body)
                break;
            Assert.True(passed < Times.Body);
        }

        Assert.True(_time.GetElapsedTime(begin) >= Times.Body - Times.LongestPause);
        _control.Answer(Sample.Chunks(Sample.Snapshot()));
        Assert.False((await NextAskAfterPause()).Body);
        Assert.Single(_parts.Journal, "apply 7");
    }

    [Fact]
    public async Task An_answer_with_a_wrong_hash_changes_nothing_and_is_asked_again()
    {
        await StartRunning(Sample.Snapshot());
        List<SnapshotChunk> chunks = Sample.Chunks(Sample.Snapshot(8), 100);
        byte[] data = chunks[1].Data.ToByteArray();
        data[0] ^= 0x80;
        chunks[1].Data = ByteString.CopyFrom(data);
        _control.Answer(chunks);
        Assert.Equal(7UL, (await NextAskAfterPause()).HighestVersion);
        Assert.Equal((7UL, 0UL), (Status.Version, Status.RefusedVersion));
        _control.Answer(Sample.Chunks(Sample.Snapshot(8)));
        await NextAskAfterPause();
        Assert.Equal(8UL, Status.Version);
    }

    [Fact]
    public async Task Pauses_after_failures_double_up_to_their_limit_and_the_last_snapshot_goes_on()
    {
        await StartRunning(Sample.Snapshot());
        for (int failures = 0; failures < 12; failures++)
        {
            double whole = Math.Min(100 * Math.Pow(2, failures), 2_000);
            Task armed = _time.WhenArmed(d => d.TotalMilliseconds >= whole / 2 && d.TotalMilliseconds <= whole);
            _control.Fail("Unavailable: connection refused");
            await armed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMilliseconds(whole));
            await _control.NextAsk();
        }

        Assert.True(Status.Ready);
        Assert.Equal(7UL, Status.Version);
        Assert.Single(_parts.Journal, l => l.StartsWith("routes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_controller_that_fails_every_other_ask_is_not_hurried_for_ever()
    {
        await StartRunning(Sample.Snapshot());
        var pauses = new List<TimeSpan>();
        for (int failure = 0; failure < 40; failure++)
        {
            TimeSpan pause = TimeSpan.Zero;
            Task armed = _time.WhenArmed(d => d >= Times.FirstPause / 2 && (pause = d) <= Times.LongestPause);
            _control.Fail("Unavailable: overloaded");
            await armed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            pauses.Add(pause);
            _time.Advance(Times.LongestPause);
            await _control.NextAsk();
            _control.Unchanged();
            await NextAskAfterPause();
        }

        Assert.All(pauses.Take(20), pause => Assert.InRange(pause, Times.FirstPause / 2, Times.FirstPause));
        // Ten successes give back one hurried attempt.
        Assert.InRange(pauses.Skip(20).Count(pause => pause <= Times.FirstPause), 1, 4);
        Assert.All(
            pauses.Where(pause => pause > Times.FirstPause),
            pause => Assert.InRange(pause, Times.LongestPause / 2, Times.LongestPause));
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_given_up()
    {
        await Start();
        await _control.NextAsk();
        _control.NeverEnd();
        await _time.WhenArmed(d => d == Times.Wait + Times.Transfer);
        _time.Advance(Times.Wait + Times.Transfer);
        await NextAskAfterPause();
    }

    [Fact]
    public async Task A_bad_snapshot_is_refused_whole_told_and_forgotten_when_a_good_one_comes()
    {
        await StartRunning(Sample.Snapshot());
        Snapshot bad = Sample.Snapshot(8);
        bad.Vips[0].Listeners[0].Port = 0;
        _control.Answer(Sample.Chunks(bad));
        AskRequest ask = await NextAskAfterPause();
        Assert.Equal((Sample.Hash(Sample.Snapshot()), 7UL), (ask.RunningHash, ask.HighestVersion));
        Assert.Equal((7UL, 8UL, "listener 11 has port 0, not 1 to 65535"),
            (Status.Version, Status.RefusedVersion, Status.Refusal));
        Assert.DoesNotContain("apply 8", _parts.Journal);

        _control.Answer(Sample.Chunks(Sample.Snapshot(9)));
        await NextAskAfterPause();
        Assert.Equal((9UL, 0UL, ""), (Status.Version, Status.RefusedVersion, Status.Refusal));
    }

    [Fact]
    public async Task A_refusal_stands_while_nothing_comes_and_is_history_when_the_body_is_what_runs()
    {
        await StartRunning(Sample.Snapshot());
        Snapshot bad = Sample.Snapshot(8);
        bad.Cell = "cell-b";
        _control.Answer(Sample.Chunks(bad));
        long begin = _time.GetTimestamp();
        Assert.False((await NextAskAfterPause()).Body);
        for (bool body = false; !body;)
        {
            Assert.Equal(8UL, Status.RefusedVersion);
            Assert.True(_time.GetElapsedTime(begin) < Times.Body);
            _time.Advance(TimeSpan.FromSeconds(2));
            _control.Unchanged();
            body = (await NextAskAfterPause()).Body;
        }

        Assert.True(_time.GetElapsedTime(begin) >= Times.BodyWhenRefused);
        _control.Answer(Sample.Chunks(Sample.Snapshot()));
        Assert.False((await NextAskAfterPause()).Body);
        Assert.Equal((7UL, 0UL, ""), (Status.Version, Status.RefusedVersion, Status.Refusal));
    }

    [Fact]
    public async Task Pauses_after_refusals_double_up_to_their_limit()
    {
        await StartRunning(Sample.Snapshot());
        Snapshot bad = Sample.Snapshot(8);
        bad.Cell = "cell-b";
        for (int i = 0; i < 8; i++)
        {
            double whole = Math.Min(100 * Math.Pow(2, i), 2_000);
            Task armed = _time.WhenArmed(d => d.TotalMilliseconds >= whole / 2 && d.TotalMilliseconds <= whole);
            _control.Answer(Sample.Chunks(bad));
            await armed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMilliseconds(whole));
            await _control.NextAsk();
        }
    }

    [Fact]
    public async Task What_a_store_that_fell_behind_lost_is_kept_and_told_until_a_snapshot_has_it()
    {
        await StartRunning(Sample.Snapshot());
        Snapshot restored = Sample.Snapshot(9);
        restored.Vips.RemoveAt(0);
        restored.KeepVips = true;
        _control.Answer(Sample.Chunks(restored));
        AskRequest ask = await NextAskAfterPause();
        Assert.Equal((7UL, 9UL), (Status.Version, Status.RefusedVersion));
        Assert.Equal(Sample.Snapshot().Vips[0], Assert.Single(ask.KeptVips));
        Assert.Equal(Sample.Snapshot().TargetGroups[0], Assert.Single(ask.KeptGroups));
        _control.Unchanged();
        Assert.Single((await NextAskAfterPause()).KeptVips);

        Snapshot whole = Sample.Snapshot(10);
        whole.KeepVips = true;
        _control.Answer(Sample.Chunks(whole));
        Assert.Empty((await NextAskAfterPause()).KeptVips);
        Assert.Equal((10UL, 0UL), (Status.Version, Status.RefusedVersion));
    }

    [Fact]
    public async Task A_snapshot_with_fields_of_a_newer_controller_runs_and_keeps_its_hash_over_a_restart()
    {
        await StartRunning(Sample.Snapshot());
        // Field 4,000 of the message: a text.
        byte[] bytes = [.. Sample.Snapshot(8).ToByteArray(), 0x82, 0xFA, 0x01, 0x03, 0x6E, 0x65, 0x77];
        ByteString hash = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(bytes));
        _control.Answer([new SnapshotChunk
        {
            Version = 8, Hash = hash, TotalBytes = (uint)bytes.Length, Data = ByteString.CopyFrom(bytes),
        }]);
        Assert.Equal((hash, 8UL), await First(NextAskAfterPause(), ask => (ask.RunningHash, ask.HighestVersion)));
        await Stop();
        await Start();
        Assert.Equal((hash, 8UL), await First(_control.NextAsk(), ask => (ask.RunningHash, ask.HighestVersion)));
    }

    [Fact]
    public async Task A_snapshot_of_an_older_controller_without_the_newest_fields_runs()
    {
        await StartRunning(Sample.Snapshot());
        Snapshot older = Sample.Snapshot(8);
        Assert.Equal((0UL, false), (older.RemovalsVersion, older.KeepVips));
        _control.Answer(Sample.Chunks(older));
        Assert.Equal(Sample.Hash(older), (await NextAskAfterPause()).RunningHash);
    }

    [Fact]
    public async Task A_restart_without_a_controller_runs_what_the_disk_has()
    {
        await StartRunning(Sample.Snapshot());
        await Stop();
        await Start();
        Assert.Equal(7UL, Status.Version);
        Assert.True(Status.Ready);
        AskRequest ask = await _control.NextAsk();
        Assert.Equal((Sample.Hash(Sample.Snapshot()), 7UL, true), (ask.RunningHash, ask.HighestVersion, ask.Body));
    }

    [Fact]
    public async Task A_restart_with_a_damaged_disk_starts_with_nothing_but_keeps_the_fence()
    {
        await StartRunning(Sample.Snapshot());
        await Stop();
        byte[] file = await File.ReadAllBytesAsync(_directory.File("snapshot"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_directory.File("snapshot"), file[..^5], TestContext.Current.CancellationToken);
        await Start();
        Assert.Equal(0UL, Status.Version);
        Assert.Equal((0, 7UL), await First(_control.NextAsk(), a => (a.RunningHash.Length, a.HighestVersion)));
        _control.Answer(Sample.Chunks(Sample.Snapshot(6)));
        await NextAskAfterPause();
        Assert.Equal((0UL, 6UL), (Status.Version, Status.RefusedVersion));
        Assert.Equal("version 6 is older than 7, which this node accepted before", Status.Refusal);
    }

    [Fact]
    public async Task A_node_never_goes_back_behind_the_highest_version_it_accepted_not_even_after_a_restart()
    {
        await StartRunning(Sample.Snapshot(20));
        await Stop();
        await Start();
        await _control.NextAsk();
        _control.Answer(Sample.Chunks(Sample.Snapshot(19)));
        await NextAskAfterPause();
        Assert.Equal((20UL, 19UL), (Status.Version, Status.RefusedVersion));
        _control.Answer(Sample.Chunks(Sample.Snapshot(21)));
        await NextAskAfterPause();
        Assert.Equal(21UL, Status.Version);
    }

    [Fact]
    public async Task A_refused_version_does_not_move_the_fence()
    {
        await StartRunning(Sample.Snapshot(7));
        Snapshot bad = Sample.Snapshot(1_000);
        bad.Nodes.RemoveAt(0);
        _control.Answer(Sample.Chunks(bad));
        Assert.Equal(7UL, (await NextAskAfterPause()).HighestVersion);
    }

    [Fact]
    public async Task A_stored_snapshot_that_could_not_start_is_tried_again_while_the_controller_is_away()
    {
        await StartRunning(Sample.Snapshot());
        await Stop();
        _parts = new FakeParts { DataplaneDoesNotStart = true };
        await Start(keepParts: true);
        Assert.Equal(0UL, Status.Version);
        await _control.NextAsk();
        _parts.DataplaneDoesNotStart = false;
        _control.Fail("Unavailable");
        await NextAskAfterPause();
        Assert.Equal(7UL, Status.Version);
    }

    [Fact]
    public async Task A_stored_snapshot_of_another_cell_is_not_run()
    {
        var store = new SnapshotStore(_directory.Path);
        Snapshot other = Sample.Snapshot();
        other.Cell = "cell-z";
        store.Save(Sample.Body(other), 7);
        await Start();
        Assert.Equal(0UL, Status.Version);
    }

    private NodeStatus Status => _runtime!.Board.Current;

    private static async Task<T> First<T>(Task<AskRequest> ask, Func<AskRequest, T> select) => select(await ask);

    private async Task StartRunning(Snapshot snapshot)
    {
        await Start();
        await _control.NextAsk();
        _control.Answer(Sample.Chunks(snapshot));
        await NextAskAfterPause();
        Assert.Equal(snapshot.Version, Status.Version);
    }

    private async Task Start(bool keepParts = false)
    {
        _control = new ScriptedControl();
        _parts = keepParts ? _parts : new FakeParts();
        _runtime = new NodeRuntime(
            _parts, Sample.Node, Sample.Routers, new DrainTimes(), new StatusBoard(), _time, NullLogger.Instance);
        var keeper = new SnapshotKeeper(
            Sample.Cell, Sample.Node, Sample.Routers, new SnapshotStore(_directory.Path), _runtime,
                NullLogger.Instance);
        await keeper.RunStoredAsync();
        var client = new SnapshotClient(
            _control, keeper, Sample.Cell, Sample.Node, Times, new ControllerCalls(_time), _time, new Random(1),
            NullLogger.Instance);
        _loop = client.RunAsync(_end.Token);
    }

    private async Task Stop()
    {
        // The loop is left behind at its ask: a crash, not a goodbye.
        await _runtime!.DisposeAsync();
    }

    /// <summary>Lets the pause after the last answer pass, whatever it is; the ask that follows.</summary>
    private async Task<AskRequest> NextAskAfterPause()
    {
        Task<AskRequest> ask = _control.NextAsk();
        while (await Task.WhenAny(ask, _time.WhenArmed(d => d <= Times.LongestPause)) != ask)
            _time.Advance(Times.LongestPause);
        return await ask;
    }
}
