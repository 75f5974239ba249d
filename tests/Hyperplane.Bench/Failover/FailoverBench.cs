using System.Runtime.InteropServices;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Failover;

/// <summary>What established connections, datagrams and new connections notice when a node of their cell
/// fails, leaves or joins.</summary>
/// <remarks>Stalls are measured on 100 connections with a message every 20 ms and 50 UDP flows with a datagram every
/// 5 ms; which node carries which flow is not known from outside, so a flow counts as touched when it stalled for more
/// than 20 ms. Beside each figure stands the same measure on the same flows in the two seconds before the
/// fault.</remarks>
internal static class FailoverBench
{
    private const int NodesOfACell = 3;

    public static async Task<Result> Run(string[] arguments)
    {
        FailoverOptions options = FailoverOptions.Parse(arguments);
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = Register(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminate = Register(PosixSignal.SIGTERM, stop);
        try
        {
            return await RunAll(options, stop.Token);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not OperationCanceledException)
        {
            // Ctrl-C reaches the programs in the middle of a run too; what they then say is not news.
            throw new OperationCanceledException(e.Message, e);
        }
    }

    private static async Task<Result> RunAll(FailoverOptions options, CancellationToken stop)
    {
        var summaries = new List<FaultSummary>();
        var notes = new List<string>
        {
            $"each run: {options.Connections} connections with a message every 500 ms, 100 every 20 ms (these measure "
            + "stalls), 50 UDP flows every 5 ms, 50 short connections a second",
            "p50 is over the flows that stalled for more than 20 ms, a broken one counts as 15 s; a short connection "
            + "fails when it is reset or has no echo within 3 s",
        };
        foreach (IGrouping<int, Fault> same in options.Faults.GroupBy(
            fault => options.Nodes ?? Math.Max(fault.Nodes, NodesOfACell)))
            await RunGroup([.. same], same.Key, options, summaries, notes, stop);

        Console.WriteLine();
        Console.WriteLine(FaultSummary.Header);
        foreach (FaultSummary summary in summaries)
            Console.WriteLine(summary.Row);
        return new Result(
            "failover", summaries.All(summary => summary.IsSound),
            [.. summaries.SelectMany(summary => summary.Figures())], notes);
    }

    /// <summary>Faults on cells of one size: on one region as long as it recovers.</summary>
    private static async Task RunGroup(
        IReadOnlyList<Fault> faults,
        int nodes,
        FailoverOptions options,
        List<FaultSummary> summaries,
        List<string> notes,
        CancellationToken stop)
    {
        FailoverCell? cell = null;
        try
        {
            foreach (Fault fault in faults)
            {
                cell ??= await Start(options, nodes);
                (FaultSummary summary, bool recovered) = await RunFault(cell, fault, options, notes, stop);
                summaries.Add(summary);
                if (recovered)
                    continue;
                cell.Dispose();
                cell = null;
            }
        }
        finally
        {
            cell?.Dispose();
        }
    }

    private static Task<FailoverCell> Start(FailoverOptions options, int nodes)
    {
        Console.WriteLine(
            $"starting a region: {nodes} nodes, {options.Router}, BFD {options.BfdMs} ms x 3, {options.Engine}");
        return FailoverCell.Up(options, nodes);
    }

    private static async Task<(FaultSummary Summary, bool Recovered)> RunFault(
        FailoverCell cell, Fault fault, FailoverOptions options, List<string> notes, CancellationToken stop)
    {
        Console.WriteLine($"{fault.Name}: {fault.Purpose}");
        var runner = new FaultRunner(cell, options);
        var runs = new List<FaultRun>();
        for (int index = 0; index < options.Runs; index++)
        {
            try
            {
                FaultRun run = await runner.Run(fault, index, stop);
                runs.Add(run);
                Console.WriteLine($"  {index + 1,2} {string.Join(',', run.Victims),-8} {Line(run)}");
                if (run.Invalid is not null)
                    notes.Add($"{fault.Name} run {index + 1} does not count: {run.Invalid}");
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException
                && !stop.IsCancellationRequested)
            {
                Console.WriteLine($"  {index + 1,2} FAILED: {e.Message}");
                notes.Add($"{fault.Name} run {index + 1} did not end as it should, no more were tried: {e.Message}");
                return (new FaultSummary(fault, options, runs, null) { IsWhole = false }, false);
            }
        }

        return (new FaultSummary(fault, options, runs, cell.LongestPauseMs()), true);
    }

    private static string Line(FaultRun run) =>
        $"broken {run.Broken,4} (reset {run.After.Steady.Reset + run.After.Fast.Reset}, "
        + $"closed {run.After.Steady.Closed + run.After.Fast.Closed}, "
        + $"wrong {run.After.Steady.Wrong + run.After.Fast.Wrong}, "
        + $"silent {run.After.Steady.Silent + run.After.Fast.Silent}), "
        + $"UDP {run.During.Datagrams.WorstMs:F0} ms on {run.During.Datagrams.GapsMs.Count} flows, "
        + $"TCP {run.During.Fast.WorstMs:F0} ms on {run.During.Fast.StallsMs.Count}, "
        + $"back {run.After.Datagrams.WorstMs:F0} and {run.After.Fast.WorstMs:F0} ms"
        + (run.Wrk is { } wrk ? $", wrk {wrk.Errors} errors of {wrk.Requests + wrk.Errors:F0}" : "")
        + string.Concat(run.After.Steady.Why.Concat(run.After.Fast.Why).Select(static why => $"; {why}"))
        + (run.Invalid is null ? "" : $"  NOT VALID: {run.Invalid}");

    /// <summary>The signal ends the run at its next step, and what was started with it.</summary>
    private static PosixSignalRegistration Register(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
}
