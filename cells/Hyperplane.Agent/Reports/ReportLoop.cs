using Google.Protobuf;
using Hyperplane.Agent.Hosting;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Resilience;
using Microsoft.Extensions.Logging;
using Polly;

namespace Hyperplane.Agent.Reports;

/// <summary>Tells the controller how the node is: regularly, and at once when something changed. Only the newest state
/// is told, and targets only to a controller that does not have them as they are.</summary>
public sealed class ReportLoop
{
    private readonly ICellControl _control;
    private readonly ReportBuilder _builder;
    private readonly StatusBoard _board;
    private readonly Func<DataplaneCounters?> _readCounters;
    private readonly Func<IReadOnlyList<KeyValuePair<string, ulong>>> _readPartCounters;
    private readonly ReportTimes _times;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ResiliencePipeline<TimeSpan> _untilTold;
    private readonly CopyAlarm _alarm;
    private ByteString _known = ByteString.Empty;
    private bool _cutTold;

    /// <summary>Reports nothing before <see cref="RunAsync"/>.</summary>
    public ReportLoop(
        ICellControl control,
        ReportBuilder builder,
        StatusBoard board,
        Func<DataplaneCounters?> readCounters,
        Func<IReadOnlyList<KeyValuePair<string, ulong>>> readPartCounters,
        ReportTimes times,
        ControllerCalls calls,
        TimeProvider time,
        Random random,
        ILogger log)
    {
        (_control, _builder, _board, _readCounters, _readPartCounters, _times, _time, _log) =
            (control, builder, board, readCounters, readPartCounters, times, time, log);
        _alarm = new CopyAlarm(time, log);
        _untilTold = calls.Unending<TimeSpan>(
            new RetryPauses(times.Interval, times.LongestPause, random), times.Deadline, Fail);
    }

    /// <summary>Reports until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // After a failure a change does not hurry, but it is told next: the controller is away.
            Task changed = Task.CompletedTask;
            TimeSpan pause = await _untilTold.ExecuteAsync(
                async attempt =>
                {
                    (NodeStatus status, changed) = _board.Watch();
                    return await ReportOnceAsync(status, attempt);
                },
                cancellationToken);
            await Task.Delay(_times.Shortest, _time, cancellationToken);
            await WaitAsync(changed, pause - _times.Shortest, cancellationToken);
        }
    }

    /// <summary>Tells the state as it is, once; whoever ends says why. No answer in time is no error.</summary>
    public async Task TellOnceAsync(TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit, _time);
        try
        {
            await ReportOnceAsync(_board.Current, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The controller is away, and the log has it.
        }
        catch (ControllerAwayException e)
        {
            AgentLog.ReportFailed(_log, e.Message);
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan pause, CancellationToken cancellationToken)
    {
        if (changed.IsCompleted || pause <= TimeSpan.Zero)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(pause, _time, either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<TimeSpan> ReportOnceAsync(NodeStatus status, CancellationToken cancellationToken)
    {
        DataplaneCounters? counters = _readCounters();
        _alarm.Look(counters);
        NodeReport report = _builder.Build(status, counters, _readPartCounters(), _known);
        TargetList targets = _builder.TargetsOf(status);
        if (targets.IsCut && !_cutTold)
            AgentLog.ReportCut(_log, targets.Of.Length, targets.Told.Length);
        _cutTold = targets.IsCut;
        ReportReply reply = await _control.ReportAsync(report, cancellationToken);
        _known = reply.TargetsHash;
        if (report.TargetsLeftOut && !_known.Equals(report.TargetsHash))
            return _times.Shortest;
        TimeSpan asked = reply.NextReportMs == 0 ? _times.Interval : TimeSpan.FromMilliseconds(reply.NextReportMs);
        return asked < _times.Shortest ? _times.Shortest : asked > _times.Longest ? _times.Longest : asked;
    }

    private ValueTask Fail(string reason, int before, TimeSpan pause)
    {
        // The next one may be another controller.
        _known = ByteString.Empty;
        if (before == 0)
            AgentLog.ReportFailed(_log, reason);
        return ValueTask.CompletedTask;
    }
}
