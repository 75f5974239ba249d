using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Configuration;
using Hyperplane.Agent.Drain;
using Hyperplane.Agent.FlowLogs;
using Hyperplane.Agent.Reports;
using Hyperplane.Agent.Runtime;
using Hyperplane.Agent.Snapshots;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Hosting;

/// <summary>A whole agent but for the process around it: runs until it is asked to stop, then drains and
/// ends.</summary>
public sealed class AgentHost
{
    /// <summary>A planned stop takes at most this long.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LastWordLimit = TimeSpan.FromSeconds(1);

    private readonly AgentConfig _config;
    private readonly INodeParts _parts;
    private readonly ICellControl _control;
    private readonly ControllerCalls _calls;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly TextWriter _output;

    /// <summary>Starts nothing before <see cref="RunAsync"/>.</summary>
    public AgentHost(
        AgentConfig config, INodeParts parts, ICellControl control, ControllerCalls calls, TimeProvider time,
        Random random, ILogger log, TextWriter output)
    {
        (_config, _parts, _control, _calls, _time, _random, _log, _output) =
            (config, parts, control, calls, time, random, log, output);
    }

    /// <summary>The rhythm of a drain.</summary>
    public DrainTimes DrainTimes { get; init; } = new();

    /// <summary>The rhythm of asks.</summary>
    public AskTimes AskTimes { get; init; } = new();

    /// <summary>The rhythm of reports.</summary>
    public ReportTimes ReportTimes { get; init; } = new();

    /// <summary>Runs until <paramref name="stop"/>, drains, ends; throws only what is a bug or makes the start
    /// impossible.</summary>
    /// <param name="start">This incarnation, microseconds since 1970.</param>
    /// <param name="stop">The planned stop.</param>
    public async Task RunAsync(ulong start, CancellationToken stop)
    {
        ImmutableArray<IPAddress> routers = [.. _config.Peers.Select(p => p.Address)];
        var board = new StatusBoard(Print);
        var names = new FlowLogNames(_time);
        using FlowLogWriter? writer = _parts.FlowLog is not { } ends ? null : new FlowLogWriter(
            ends, new FlowLogLines(_config.Node, names, _time), new FlowLogFiles(_config.FlowLog), _time, _log);
        await using var runtime = new NodeRuntime(_parts, _config.Node, routers, DrainTimes, board, _time, _log)
        {
            FlowLogNames = names,
        };
        var keeper = new SnapshotKeeper(
            _config.Cell, _config.Node, routers, new SnapshotStore(_config.StateDirectory), runtime, _log);
        await keeper.RunStoredAsync();

        var client = new SnapshotClient(
            _control, keeper, _config.Cell, _config.Node, AskTimes, _calls, _time, _random, _log);
        var reports = new ReportLoop(
            _control,
            new ReportBuilder(_config.Cell, _config.Node, start),
            board,
            runtime.ReadCounters,
            () => [.. runtime.ReadPartCounters(), .. writer?.ReadCounters() ?? []],
            ReportTimes,
            _calls,
            _time,
            new Random(_random.Next()),
            _log);
        using var end = new CancellationTokenSource();
        Task[] loops = [client.RunAsync(end.Token), reports.RunAsync(end.Token), runtime.RunAsync(end.Token)];
        // Not among those whose end is the node's: who cannot log still forwards.
        CancellationToken ended = end.Token;
        Task writing = writer is null
            ? Task.CompletedTask
            : Task.Run(() => writer.RunAsync(ended), CancellationToken.None);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);

        Task first = await Task.WhenAny([stopped.Task, runtime.Lost, .. loops]);
        if (first == stopped.Task)
        {
            AgentLog.StopRequested(_log);
            await LeaveAsync(runtime);
        }
        else
        {
            await runtime.CloseAsync("node fails");
        }

        await end.CancelAsync();
        await EndAsync([.. loops, writing.WaitAsync(LastWordLimit, _time, CancellationToken.None)]);

        if (first.Exception?.InnerException is NoDataplaneException)
            await reports.TellOnceAsync(LastWordLimit);
        // A lost part, or a bug: a loop that ended by itself.
        if (first != stopped.Task)
            await first;
    }

    private static async Task EndAsync(Task[] loops)
    {
        foreach (Task loop in loops)
        {
            try
            {
                await loop;
            }
            catch (OperationCanceledException)
            {
                // That is how they end.
            }
            catch (TimeoutException)
            {
                // A disk that hangs keeps the flow log's last lines.
            }
        }
    }

    private async Task LeaveAsync(NodeRuntime runtime)
    {
        runtime.RequestStop();
        TimeSpan longest = StopLimit - DrainTimes.Close;
        try
        {
            await runtime.Left.WaitAsync(longest, _time);
        }
        catch (TimeoutException)
        {
            AgentLog.StopCutOff(_log, longest.TotalSeconds);
        }

        await runtime.CloseAsync("node stops");
        _output.WriteLine("stopped");
        _output.Flush();
    }

    private void Print(NodeStatus before, NodeStatus after)
    {
        foreach (string line in StatusLines.Between(before, after))
            _output.WriteLine(line);
        _output.Flush();
    }
}
