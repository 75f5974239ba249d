using System.Collections.Concurrent;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Store;

namespace Hyperplane.Controller.CellControl;

/// <summary>The newest report of each node, until it is written: one a node, however many come.</summary>
/// <remarks>Together they have so many targets at most. A report beyond that waits without its targets, and its node is
/// answered that nobody has them: it tells them with its next one.</remarks>
/// <param name="database">For the time.</param>
/// <param name="mostTargets">Of all that wait; one report may have more while no other has any.</param>
internal sealed class ReportInbox(Database database, int mostTargets = ReportInbox.MostTargets)
{
    /// <summary>Targets that wait: about 40 MB.</summary>
    public const int MostTargets = 250_000;

    private readonly Dictionary<int, ReceivedReport> _waiting = [];
    private readonly Lock _gate = new();
    private int _targets;
    private readonly ConcurrentDictionary<int, ulong> _refused = new();
    private readonly ConcurrentDictionary<int, TargetsKey> _written = new();

    /// <summary>Raised when there is something to write.</summary>
    public AsyncSignal Arrived { get; } = new();

    /// <summary>Takes a report; nodes are known ones, so their number is bounded.</summary>
    /// <returns>The report's hash of its targets if they are here or were written, so that the next report may leave
    /// them out; otherwise empty.</returns>
    public ByteString Put(int nodeId, NodeReport report)
    {
        _refused[nodeId] = report.RefusedVersion;
        var received = new ReceivedReport(nodeId, report, database.Now);
        lock (_gate)
        {
            if (_waiting.Remove(nodeId, out ReceivedReport? before))
            {
                _targets -= before.Report.Targets.Count;
                Complete(report, before.Report);
            }

            if (report.Targets.Count > 0 && _targets > 0 && _targets + report.Targets.Count > mostTargets)
            {
                report.Targets.Clear();
                report.TargetsLeftOut = true;
            }

            Add(received);
        }

        Arrived.Raise();
        bool has = !report.TargetsLeftOut || _written.GetValueOrDefault(nodeId) == TargetsKey.Of(report);
        return has ? report.TargetsHash : ByteString.Empty;
    }

    /// <summary>The targets of a node's list were written.</summary>
    public void Keep(int nodeId, TargetsKey targets) => _written[nodeId] = targets;

    /// <summary>Nobody knows what is written of a node's targets: it is to tell them.</summary>
    public void Forget(int nodeId) => _written.TryRemove(nodeId, out _);

    /// <summary>Puts back what could not be written, unless there is news already.</summary>
    public void PutBack(ReceivedReport report)
    {
        lock (_gate)
        {
            if (!_waiting.ContainsKey(report.NodeId))
                Add(report);
        }
    }

    /// <summary>Whether the node said that it refuses this version.</summary>
    public bool HasRefused(int nodeId, ulong version) =>
        _refused.TryGetValue(nodeId, out ulong refused) && refused == version;

    /// <summary>Takes all that waits, in order of nodes.</summary>
    public IReadOnlyList<ReceivedReport> TakeAll()
    {
        lock (_gate)
        {
            ReceivedReport[] taken = [.. _waiting.Values.OrderBy(report => report.NodeId)];
            _waiting.Clear();
            _targets = 0;
            return taken;
        }
    }

    private void Add(ReceivedReport report)
    {
        _waiting[report.NodeId] = report;
        _targets += report.Report.Targets.Count;
    }

    /// <summary>A report that waits is overtaken, but not the targets that the newer one means.</summary>
    private static void Complete(NodeReport report, NodeReport before)
    {
        if (!report.TargetsLeftOut || before.TargetsLeftOut || TargetsKey.Of(report) != TargetsKey.Of(before))
            return;
        report.Targets.AddRange(before.Targets);
        report.TargetsLeftOut = false;
    }
}
