using Hyperplane.Lab;
using Hyperplane.Lab.Flows;

namespace Hyperplane.Bench.Failover;

/// <summary>Opens connections, lets a fault happen, and sees what became of them.</summary>
internal sealed class FaultRunner(FailoverCell cell, FailoverOptions options)
{
    /// <summary>A client that was itself this late cannot tell a stall from its own lateness.</summary>
    private const double LateMs = 100;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Control = TimeSpan.FromSeconds(2);

    public async Task<FaultRun> Run(Fault fault, int run, CancellationToken stop)
    {
        await cell.UntilAllBack();
        IReadOnlyList<string> serving = cell.Serving();
        // At least one stays; each has its turn.
        string[] victims =
        [
            .. Enumerable.Range(run, Math.Min(fault.Victims, serving.Count - 1))
                .Select(index => serving[index % serving.Count]),
        ];
        await fault.Prepare(cell, victims);
        stop.ThrowIfCancellationRequested();
        using FlowClient client = await FlowClient.Open(cell.Region, new FlowOptions(options.Connections), cell.Vip);
        await Task.Delay(Settle, stop);
        await client.Report();
        IReadOnlyList<long> mark = cell.Log.Mark();
        await Task.Delay(Control, stop);
        FlowReport before = await client.Report();
        using WrkLoad? wrk = options.Wrk > 0 ? WrkLoad.Start(cell, options.Wrk) : null;
        if (wrk is not null)
            await Task.Delay(Settle, stop);

        await fault.Inject(cell, victims);
        if (fault.Lasts)
        {
            await Task.Delay(Settle, stop);
            await client.Quiet();
        }

        stop.ThrowIfCancellationRequested();
        FlowReport during = await client.Report();
        await fault.Heal(cell, victims);
        await cell.UntilAllBack();
        await Task.Delay(Settle, stop);
        await client.Quiet();
        FlowReport after = await client.Report();
        string? invalid = WhyInvalid(mark, victims, before, during, after);
        return new FaultRun(victims, before, during, after, wrk?.Finish(), invalid);
    }

    private string? WhyInvalid(IReadOnlyList<long> mark, string[] victims, params FlowReport[] reports)
    {
        string[] flapped = [.. cell.Log.DownsSince(mark).Except(victims.Select(FailoverCell.AddressOf))];
        if (flapped.Length > 0)
            return $"sessions of nodes without a fault went down: {string.Join(", ", flapped)}";
        double late = reports.Max(report => report.LongestTurnMs);
        if (late > LateMs)
            return $"the client itself was {late:F0} ms late";
        string[] broken = [.. reports[0].Steady.Why, .. reports[0].Fast.Why];
        return broken.Length > 0 ? "connections broke before the fault: " + string.Join("; ", broken) : null;
    }
}
