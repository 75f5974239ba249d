using Hyperplane.Dataplane.FlowLogs;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.FlowLogs;

/// <summary>Writes down the flows that are over: one line each.</summary>
/// <remarks>Nobody waits for it: while it cannot write, lines are lost and counted, and the pipelines' queue takes what
/// it has room for.</remarks>
/// <param name="queue">Where pipelines leave them.</param>
/// <param name="lines">Their form.</param>
/// <param name="files">Their place.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of a failure once, and of its end.</param>
public sealed class FlowLogWriter(
    FlowLogQueue queue, FlowLogLines lines, FlowLogFiles files, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>The pause after a turn that found something, and the longest that a line waits.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The pause after a turn that found nothing.</summary>
    public static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The pause after one that could not write.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private const int LinesPerWrite = 512;

    private ulong _written;
    private ulong _failed;
    private bool _isFailing;

    /// <summary>What became of the flows, by the names of the report.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters() =>
    [
        new("flow_log_written", Volatile.Read(ref _written)),
        new("flow_log_dropped", queue.Dropped),
        new("flow_log_write_failed", Volatile.Read(ref _failed)),
    ];

    /// <summary>Writes until cancelled, and then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
                await Task.Delay(Turn(), time, cancellationToken);
        }
        finally
        {
            Turn();
        }
    }

    /// <summary>Writes what waits; how long to rest then.</summary>
    public TimeSpan Turn()
    {
        bool found = false;
        while (Gather())
        {
            found = true;
            if (!TryWrite())
                return AfterFailure;
        }
        return found ? Pause : LongPause;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lines.Dispose();
        files.Dispose();
    }

    private bool Gather()
    {
        lines.Clear();
        while (lines.Count < LinesPerWrite && queue.TryRead(out FlowLogRecord record))
            lines.Add(record);
        return lines.Count > 0;
    }

    private bool TryWrite()
    {
        string? failure = files.Append(lines.Bytes);
        if (failure is null)
        {
            Volatile.Write(ref _written, _written + (ulong)lines.Count);
            if (_isFailing)
                AgentLog.FlowLogMended(log, _failed);
            _isFailing = false;
            return true;
        }
        Volatile.Write(ref _failed, _failed + (ulong)lines.Count);
        if (!_isFailing)
            AgentLog.FlowLogFails(log, failure);
        _isFailing = true;
        return false;
    }
}
