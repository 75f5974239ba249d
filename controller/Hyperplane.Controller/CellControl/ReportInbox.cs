using System.Collections.Concurrent;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.CellControl;

/// <summary>The newest report of each node, until it is written: one a node, however many come.</summary>
internal sealed class ReportInbox(Database database)
{
    private readonly ConcurrentDictionary<int, ReceivedReport> _waiting = new();
    private readonly ConcurrentDictionary<int, ulong> _refused = new();

    /// <summary>Raised when there is something to write.</summary>
    public AsyncSignal Arrived { get; } = new();

    /// <summary>Takes a report; nodes are known ones, so their number is bounded.</summary>
    public void Put(int nodeId, NodeReport report)
    {
        _refused[nodeId] = report.RefusedVersion;
        _waiting[nodeId] = new ReceivedReport(nodeId, report, database.Now);
        Arrived.Raise();
    }

    /// <summary>Puts back what could not be written, unless there is news already.</summary>
    public void PutBack(ReceivedReport report) => _waiting.TryAdd(report.NodeId, report);

    /// <summary>Whether the node said that it refuses this version.</summary>
    public bool HasRefused(int nodeId, ulong version) =>
        _refused.TryGetValue(nodeId, out ulong refused) && refused == version;

    /// <summary>Takes all that waits, in order of nodes.</summary>
    public IReadOnlyList<ReceivedReport> TakeAll()
    {
        var taken = new List<ReceivedReport>();
        foreach (int nodeId in _waiting.Keys.Order())
        {
            if (_waiting.TryRemove(nodeId, out ReceivedReport? report))
                taken.Add(report);
        }

        return taken;
    }
}
