using Google.Protobuf;
using Hyperplane.Agent.Hosting;
using Hyperplane.Cells.Contracts;
using Hyperplane.Resilience;
using Microsoft.Extensions.Logging;
using Polly;

namespace Hyperplane.Agent.Snapshots;

/// <summary>Asks the controller for the cell's snapshot, for ever; what fails is asked again after a pause.</summary>
/// <remarks>The node never depends on it: while the controller is away, the last snapshot runs.</remarks>
public sealed class SnapshotClient
{
    private readonly ICellControl _control;
    private readonly SnapshotKeeper _keeper;
    private readonly string _cell;
    private readonly string _node;
    private readonly AskTimes _times;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RetryPauses _pauses;
    private readonly ResiliencePipeline<TimeSpan> _untilAnswered;
    private bool _isAway;
    private int _refusals;
    private long _lastBegin;
    private long _lastBody;
    private bool _hadBody;

    /// <summary>Asks nothing before <see cref="RunAsync"/>.</summary>
    public SnapshotClient(
        ICellControl control, SnapshotKeeper keeper, string cell, string node, AskTimes times, ControllerCalls calls,
        TimeProvider time, Random random, ILogger log)
    {
        (_control, _keeper, _cell, _node, _times, _time, _log) = (control, keeper, cell, node, times, time, log);
        _pauses = new RetryPauses(times.FirstPause, times.LongestPause, random);
        _untilAnswered = calls.Unending<TimeSpan>(_pauses, times.Wait + times.Transfer, FailAsync);
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan pause =
                await _untilAnswered.ExecuteAsync(async attempt => await AskOnceAsync(attempt), cancellationToken);
            TimeSpan tooSoon = _times.Shortest - _time.GetElapsedTime(_lastBegin);
            if (tooSoon > pause)
                pause = tooSoon;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <summary>The pause before the next one.</summary>
    private async Task<TimeSpan> AskOnceAsync(CancellationToken cancellationToken)
    {
        _lastBegin = _time.GetTimestamp();
        SnapshotBody? body = await FetchAsync(cancellationToken);
        if (_isAway)
            AgentLog.AskMended(_log);
        _isAway = false;
        // No pieces do not end a refusal: the controller need not send again what was refused.
        if (body is null)
            return TimeSpan.Zero;
        (_lastBody, _hadBody) = (_time.GetTimestamp(), true);
        if (await _keeper.OfferAsync(body) is not null)
            return _pauses.After(_refusals++);
        _refusals = 0;
        return TimeSpan.Zero;
    }

    private async Task<SnapshotBody?> FetchAsync(CancellationToken cancellationToken)
    {
        TimeSpan bodyAge = _refusals == 0 ? _times.Body : _times.BodyWhenRefused;
        var request = new AskRequest
        {
            Cell = _cell,
            Node = _node,
            RunningHash = ByteString.CopyFrom(_keeper.RunningHash.Span),
            HighestVersion = _keeper.HighestVersion,
            WaitMs = (uint)_times.Wait.TotalMilliseconds,
            Body = !_hadBody || _time.GetElapsedTime(_lastBody) >= bodyAge,
        };
        request.KeptVips.AddRange(_keeper.Kept.Vips);
        request.KeptGroups.AddRange(_keeper.Kept.Groups);
        using var assembler = new SnapshotAssembler();
        await foreach (SnapshotChunk chunk in _control.AskAsync(request, cancellationToken))
        {
            if (assembler.Add(chunk) is { } wrong)
                throw new ControllerAwayException($"damaged answer: {wrong}");
        }

        if (assembler.IsEmpty)
            return null;
        (SnapshotBody? body, string? error) = assembler.Finish();
        return body ?? throw new ControllerAwayException($"damaged answer: {error}");
    }

    private async ValueTask FailAsync(string reason, int before, TimeSpan pause)
    {
        _isAway = true;
        if (before == 0)
            AgentLog.AskFailed(_log, (long)pause.TotalMilliseconds, reason);
        // Without a controller the disk is all there is; a part that did not start with it at first may do so now.
        await _keeper.RunStoredAsync();
    }
}
