using Hyperplane.Agent.Health;
using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Reports;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Reports;

/// <summary>The loop of reports on a clock that the test moves.</summary>
public sealed class ReportLoopTests : IAsyncDisposable
{
    private static readonly ReportTimes Times = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ScriptedControl _control = new();
    private readonly StatusBoard _board = new();
    private readonly ManualTime _time = new();
    private readonly LogSink _log = new();
    private Task _loop = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_loop);
        _end.Dispose();
    }

    [Fact]
    public async Task Without_a_change_a_report_goes_out_every_second()
    {
        Start();
        await _control.NextReport();
        await Pass(Times.Interval - TimeSpan.FromMilliseconds(1));
        Assert.False(_control.TryNextReport(out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _control.NextReport();
    }

    [Fact]
    public async Task A_change_is_told_at_once()
    {
        Start();
        await _control.NextReport();
        await Pass(Times.Shortest);
        _board.Update(s => s with { Version = 7 });
        Assert.Equal(7UL, (await _control.NextReport()).RunningVersion);
    }

    [Fact]
    public async Task Of_many_changes_during_a_report_the_newest_is_told_next()
    {
        var answer = new TaskCompletionSource<ReportReply>();
        _control.OnReport = (_, _) => answer.Task;
        Start();
        await _control.NextReport();
        for (ulong version = 1; version <= 100; version++)
            _board.Update(s => s with { Version = version });
        _control.OnReport = (_, _) => Task.FromResult(new ReportReply());
        answer.SetResult(new ReportReply());
        await Pass(Times.Shortest);
        Assert.Equal(100UL, (await _control.NextReport()).RunningVersion);
        Assert.False(_control.TryNextReport(out _));
    }

    [Theory]
    [InlineData(5_000, 5_000)]
    [InlineData(100, 100)]
    [InlineData(3_600_000, 60_000)]
    public async Task The_controller_sets_the_rhythm_within_bounds(uint askedMs, int pausedMs)
    {
        _control.OnReport = (_, _) => Task.FromResult(new ReportReply { NextReportMs = askedMs });
        Start();
        await _control.NextReport();
        await Pass(TimeSpan.FromMilliseconds(pausedMs - 1));
        Assert.False(_control.TryNextReport(out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _control.NextReport();
    }

    [Fact]
    public async Task While_the_controller_is_away_reports_become_rarer_and_changes_do_not_hurry_them()
    {
        _control.OnReport = (_, _) => Task.FromException<ReportReply>(new ControllerAwayException("Unavailable"));
        Start();
        await _control.NextReport();
        await _time.WhenArmed(d => d >= Times.Interval / 2 && d <= Times.Interval);
        _board.Update(s => s with { Version = 7 });
        Assert.False(_control.TryNextReport(out _));
        _time.Advance(Times.Interval);
        Assert.Equal(7UL, (await _control.NextReport()).RunningVersion);
        await _time.WhenArmed(d => d > Times.Interval && d <= Times.LongestPause);
        Assert.Single(_log.Lines, l => l.Contains("report not delivered: Unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_without_an_answer_is_given_up()
    {
        _control.OnReport = async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            return new ReportReply();
        };
        Start();
        await _control.NextReport();
        await _time.WhenArmed(d => d == Times.Deadline);
        _time.Advance(Times.Deadline);
        Assert.Equal("report not delivered: no answer within 5 s", await _log.First(3030));
    }

    [Fact]
    public async Task A_controller_that_has_the_targets_is_told_them_when_they_change_and_not_before()
    {
        _control.OnReport = Keeps;
        Judge("Target.Timeout", 1);
        Start();
        NodeReport first = await _control.NextReport();
        Assert.Equal((1, false), (first.Targets.Count, first.TargetsLeftOut));
        await Pass(Times.Interval);
        NodeReport second = await _control.NextReport();
        Assert.Equal((0, true, first.TargetsHash), (second.Targets.Count, second.TargetsLeftOut, second.TargetsHash));
        await Pass(Times.Shortest);
        Judge("Target.Timeout", 2);
        Assert.True((await _control.NextReport()).TargetsLeftOut);
        await Pass(Times.Shortest);
        Judge("Target.FailedHealthChecks", 3);
        NodeReport changed = await _control.NextReport();
        Assert.Equal("Target.FailedHealthChecks", Assert.Single(changed.Targets).Reason);
        Assert.NotEqual(first.TargetsHash, changed.TargetsHash);
    }

    [Fact]
    public async Task A_controller_of_the_version_before_is_told_the_targets_every_time()
    {
        Judge("Target.Timeout", 1);
        Start();
        for (int i = 0; i < 3; i++)
        {
            NodeReport report = await _control.NextReport();
            Assert.Equal((1, false), (report.Targets.Count, report.TargetsLeftOut));
            await Pass(Times.Interval);
        }
    }

    [Fact]
    public async Task Another_controller_that_does_not_have_the_targets_is_told_them_at_once()
    {
        _control.OnReport = Keeps;
        Judge("Target.Timeout", 1);
        Start();
        await _control.NextReport();
        _control.OnReport = (report, cancel) =>
            report.TargetsLeftOut ? Task.FromResult(new ReportReply()) : Keeps(report, cancel);
        await Pass(Times.Interval);
        Assert.True((await _control.NextReport()).TargetsLeftOut);
        await Pass(Times.Shortest);
        Assert.Single((await _control.NextReport()).Targets);
        await Pass(Times.Interval);
        Assert.True((await _control.NextReport()).TargetsLeftOut);
    }

    [Fact]
    public async Task After_a_report_that_failed_nobody_is_believed_to_have_the_targets()
    {
        _control.OnReport = Keeps;
        Judge("Target.Timeout", 1);
        Start();
        await _control.NextReport();
        _control.OnReport = (_, _) => Task.FromException<ReportReply>(new ControllerAwayException("Unavailable"));
        await Pass(Times.Interval);
        Assert.True((await _control.NextReport()).TargetsLeftOut);
        await _time.WhenArmed(d => d >= Times.Interval / 2 && d <= Times.Interval);
        _time.Advance(Times.Interval);
        Assert.Single((await _control.NextReport()).Targets);
    }

    private static Task<ReportReply> Keeps(NodeReport report, CancellationToken cancel) =>
        Task.FromResult(new ReportReply { TargetsHash = report.TargetsHash });

    private void Judge(string reason, int checkedAt) => _board.Update(s => s with
    {
        Targets =
        [
            new TargetStatus(new ProbeKey(1, 11), TargetHealth.Types.State.Unhealthy, reason, "")
            {
                CheckedAt = DateTimeOffset.FromUnixTimeSeconds(checkedAt),
            },
        ],
    });

    private void Start()
    {
        var loop = new ReportLoop(
            _control, new ReportBuilder("cell-a", "node-a1", 1), _board, () => null, () => [], Times,
            new ControllerCalls(_time), _time, new Random(1), _log);
        _loop = loop.RunAsync(_end.Token);
    }

    /// <summary>Lets the pause after a report begin, and time pass since the report.</summary>
    private async Task Pass(TimeSpan time)
    {
        await _time.WhenArmed(d => d == Times.Shortest);
        _time.Advance(Times.Shortest);
        if (time > Times.Shortest)
        {
            await _time.WhenArmed(d => d > Times.Shortest && d != Times.Deadline);
            _time.Advance(time - Times.Shortest);
        }
    }
}
