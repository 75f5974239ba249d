using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Microsoft.Extensions.Logging;

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
    private readonly BackOff _failures;
    private readonly BackOff _refusals;
    private long _lastBody;
    private bool _hadBody;

    /// <summary>Asks nothing before <see cref="RunAsync"/>.</summary>
    public SnapshotClient(
        ICellControl control, SnapshotKeeper keeper, string cell, string node, AskTimes times, TimeProvider time,
        Random random, ILogger log)
    {
        (_control, _keeper, _cell, _node, _times, _time, _log) = (control, keeper, cell, node, times, time, log);
        _failures = new BackOff(times.FirstPause, times.LongestPause, random);
        _refusals = new BackOff(times.FirstPause, times.LongestPause, random);
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long begin = _time.GetTimestamp();
            TimeSpan pause = await AskOnceAsync(cancellationToken);
            TimeSpan tooSoon = _times.Shortest - _time.GetElapsedTime(begin);
            if (tooSoon > pause)
                pause = tooSoon;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private async Task<TimeSpan> AskOnceAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_times.Wait + _times.Transfer, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            SnapshotBody? body = await FetchAsync(either.Token);
            if (!_failures.IsCalm)
                AgentLog.AskMended(_log);
            _failures.Reset();
            // No pieces do not end a refusal: the controller need not send again what was refused.
            if (body is null)
                return TimeSpan.Zero;
            (_lastBody, _hadBody) = (_time.GetTimestamp(), true);
            if (await _keeper.OfferAsync(body) is not null)
                return _refusals.Next();
            _refusals.Reset();
            return TimeSpan.Zero;
        }
        catch (ControllerAwayException e)
        {
            return await FailAsync(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync($"no end of the answer within {(_times.Wait + _times.Transfer).TotalSeconds:0} s");
        }
    }

    private async Task<SnapshotBody?> FetchAsync(CancellationToken cancellationToken)
    {
        TimeSpan bodyAge = _refusals.IsCalm ? _times.Body : _times.BodyWhenRefused;
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

    private async Task<TimeSpan> FailAsync(string reason)
    {
        bool first = _failures.IsCalm;
        TimeSpan pause = _failures.Next();
        if (first)
            AgentLog.AskFailed(_log, (long)pause.TotalMilliseconds, reason);
        // Without a controller the disk is all there is; a part that did not start with it at first may do so now.
        await _keeper.RunStoredAsync();
        return pause;
    }
}
