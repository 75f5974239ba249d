using System.Runtime.ExceptionServices;

namespace Hyperplane.Health;

/// <summary>Checks a set of targets: owns the clock, the sockets and the one timer.</summary>
/// <remarks>Safe for many threads.</remarks>
public sealed class HealthChecker : IAsyncDisposable
{
    private readonly HealthCheckerOptions _options;
    private readonly Action<uint, uint, TargetVerdict>? _changed;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Lock _lock = new();
    private readonly HealthScheduler<CheckedTarget> _scheduler;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _tls;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _outcomes = new long[Enum.GetValues<ProbeOutcome>().Length];
    private Dictionary<(uint TargetId, uint GroupId), CheckedTarget> _targets = [];
    private bool _stopped;

    /// <summary>Idle until <see cref="Set"/>. Throws <see cref="ArgumentException"/> on bad options.</summary>
    /// <param name="options">Limits and clock.</param>
    /// <param name="changed">
    /// Hears of every change of a state or a weight: target, group, verdict. Called on a pool thread, in order for one
    /// target; it must neither block nor throw (that would end the process).
    /// </param>
    public HealthChecker(HealthCheckerOptions options, Action<uint, uint, TargetVerdict>? changed = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindProblem() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        _options = options;
        _changed = changed;
        _time = options.TimeProvider;
        _origin = _time.GetTimestamp();
        _tls = new SemaphoreSlim(options.MaxConcurrentTls);
        _scheduler = new HealthScheduler<CheckedTarget>(options.MaxConcurrentProbes, new Random(options.Seed));
        _timer = _time.CreateTimer(
            static checker => ((HealthChecker)checker!).StartDueProbes(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Replaces the targets. Those whose endpoint stays keep their verdict, also when their settings change; new ones
    /// are probed at once. Throws <see cref="ArgumentException"/>, with nothing changed, when one is invalid or listed
    /// twice or there are too many.
    /// </summary>
    public void Set(IReadOnlyList<HealthCheckTarget> desired)
    {
        ArgumentNullException.ThrowIfNull(desired);
        Dictionary<(uint, uint), HealthCheckTarget> targets = DesiredTargets.Index(desired, _options.MaxTargets);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            Replace(targets);
        }

        StartDueProbes();
    }

    /// <summary>Clients' connections to a target failed in a row: out it goes, if it was healthy, until a probe
    /// succeeds.</summary>
    public void OnConnectionsFailed(uint targetId, uint groupId, string sent, string received)
    {
        TargetVerdict verdict;
        lock (_lock)
        {
            if (_stopped
                || !_targets.TryGetValue((targetId, groupId), out CheckedTarget? target)
                || !target.Tracker.OnConnectionsFailed(sent, received, _time.GetUtcNow()))
                return;
            verdict = target.Tracker.Verdict;
        }

        _changed?.Invoke(targetId, groupId, verdict);
    }

    /// <summary>All targets with their verdicts, in no order.</summary>
    public IReadOnlyList<TargetVerdictEntry> Snapshot()
    {
        lock (_lock)
        {
            return [.. _targets.Select(pair => new TargetVerdictEntry(
                pair.Key.TargetId, pair.Key.GroupId, pair.Value.Tracker.Verdict))];
        }
    }

    /// <summary>What was done since the start.</summary>
    public HealthCounters ReadCounters()
    {
        lock (_lock)
        {
            return new HealthCounters(
                _outcomes[(int)ProbeOutcome.Success],
                _outcomes[(int)ProbeOutcome.Timeout],
                _outcomes[(int)ProbeOutcome.CodeMismatch],
                _outcomes[(int)ProbeOutcome.Failure],
                _outcomes[(int)ProbeOutcome.NotSent],
                _scheduler.SlotsLeftOut,
                _scheduler.Late,
                _scheduler.Running,
                _options.MaxConcurrentProbes);
        }
    }

    /// <summary>Ends all probes and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            if (_scheduler.Running == 0)
                _idle.TrySetResult();
        }

        await _timer.DisposeAsync();
        await _stop.CancelAsync();
        await _idle.Task;
        _stop.Dispose();
        _tls.Dispose();
    }

    private long NowMs => (long)_time.GetElapsedTime(_origin).TotalMilliseconds;

    private void Replace(Dictionary<(uint TargetId, uint GroupId), HealthCheckTarget> desired)
    {
        long nowMs = NowMs;
        var next = new Dictionary<(uint TargetId, uint GroupId), CheckedTarget>(desired.Count);
        foreach (((uint, uint) key, HealthCheckTarget target) in desired)
        {
            if (_targets.TryGetValue(key, out CheckedTarget? current) && current.Target.Equals(target))
            {
                next.Add(key, current);
                continue;
            }

            bool sameEndPoint = current is not null && current.Target.EndPoint.Equals(target.EndPoint);
            var entry = new CheckedTarget(target, sameEndPoint ? current!.Tracker : new HealthTracker());
            next.Add(key, entry);
            _scheduler.Add(entry, (long)target.Settings.Interval.TotalMilliseconds, nowMs);
        }

        foreach (((uint, uint) key, CheckedTarget old) in _targets)
        {
            if (!next.TryGetValue(key, out CheckedTarget? kept) || kept != old)
            {
                old.IsRemoved = true;
                _scheduler.Remove(old);
            }
        }

        _targets = next;
    }

    private void StartDueProbes()
    {
        List<(CheckedTarget Target, long UntilNextMs)> due = [];
        lock (_lock)
        {
            if (_stopped)
                return;
            long nowMs = NowMs;
            while (_scheduler.TryTake(nowMs, out CheckedTarget target, out long nextSlotMs))
                due.Add((target, nextSlotMs - nowMs));
            _timer.Change(
                _scheduler.NextWakeupMs is { } wakeupMs
                    ? TimeSpan.FromMilliseconds(Math.Max(wakeupMs - nowMs, 1))
                    : Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }

        foreach ((CheckedTarget target, long untilNextMs) in due)
            _ = RunAsync(target, untilNextMs);
    }

    private async Task RunAsync(CheckedTarget target, long untilNextMs)
    {
        try
        {
            ProbeResult? result = await ProbeAsync(target.Target, untilNextMs);
            if (Take(target, result) is { } verdict)
                _changed?.Invoke(target.Target.TargetId, target.Target.GroupId, verdict);
        }
#pragma warning disable CA1031 // A bug must not end as a task that nobody looks at: it ends the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static bug => ExceptionDispatchInfo.Throw(bug), e, preferLocal: false);
        }

        StartDueProbes();
    }

    private async Task<ProbeResult?> ProbeAsync(HealthCheckTarget target, long untilNextMs)
    {
        long timeoutMs = (long)target.Settings.Timeout.TotalMilliseconds;
        TimeSpan timeout =
            target.Settings.Timeout - TimeSpan.FromMilliseconds(timeoutMs - ProbeTimeout.Ms(timeoutMs, untilNextMs));
        if (target.Settings.Kind != HealthCheckKind.Https)
            return await Probe.RunAsync(target, timeout, _time, _stop.Token);
        try
        {
            await _tls.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        try
        {
            return await Probe.RunAsync(target, timeout, _time, _stop.Token);
        }
        finally
        {
            _tls.Release();
        }
    }

    /// <summary>The verdict if the state or the weight changed.</summary>
    private TargetVerdict? Take(CheckedTarget target, ProbeResult? result)
    {
        lock (_lock)
        {
            _scheduler.Complete(target, NowMs);
            if (_stopped && _scheduler.Running == 0)
                _idle.TrySetResult();
            if (result is null || _stopped)
                return null;
            _outcomes[(int)result.Outcome]++;
            return !target.IsRemoved && target.Tracker.OnResult(result, target.Target.Settings, _time.GetUtcNow())
                ? target.Tracker.Verdict
                : null;
        }
    }
}
