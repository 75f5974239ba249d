using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Batches under way to each node; sent when full and at the end of a turn.</summary>
internal sealed class Outbox(IFlowTransport transport, FlowDirectoryCounters counters)
{
    private const int MuchQueuedBytes = 262_144;

    private readonly Dictionary<ushort, BatchWriter> _batches = [];

    public void Send(ushort node, FlowOpKind kind, uint tag, in FlowRecord record) =>
        Batch(node).Add(kind, tag, record);

    public void Send(ushort node, FlowOpKind kind, uint tag, in FlowKey key) => Batch(node).Add(kind, tag, key);

    public void Send(ushort node, FlowOpKind kind, NodeFlags flags, ulong view) =>
        Batch(node).Add(kind, flags, view);

    public void Send(ushort node, FlowOpKind kind, uint tag) => Batch(node).Add(kind, tag);

    /// <summary>Whether a node is slow to take what waits for it.</summary>
    public bool IsSlow(ushort node) => transport.QueuedBytes(node) > MuchQueuedBytes;

    /// <summary>Whether a node takes what it gets: what can be left out is sent to such a one alone.</summary>
    public bool IsQuick(ushort node) => transport.QueuedBytes(node) <= MuchQueuedBytes / 4;

    /// <summary>Whether any node is slow: then no more is taken from the pipeline, so that look-ups behind it do not
    /// wait.</summary>
    public bool IsAnySlow()
    {
        foreach (ushort node in _batches.Keys)
        {
            if (IsSlow(node))
                return true;
        }
        return false;
    }

    public void Flush()
    {
        foreach ((ushort node, BatchWriter batch) in _batches)
            Flush(node, batch);
    }

    /// <summary>What was meant for a node that is gone.</summary>
    public void Forget(ushort node) => _batches.Remove(node);

    private BatchWriter Batch(ushort node)
    {
        if (!_batches.TryGetValue(node, out BatchWriter? batch))
            _batches.Add(node, batch = new BatchWriter());
        if (batch.IsFull)
            Flush(node, batch);
        return batch;
    }

    private void Flush(ushort node, BatchWriter batch)
    {
        if (batch.IsEmpty)
            return;
        if (!transport.TrySend(node, batch.Written))
            counters.Add(FlowDirectoryCounter.NotSent);
        batch.Clear();
    }
}
