using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Batches under way to each node; sent when full and at the end of a turn in which somebody began to wait for
/// an answer.</summary>
/// <remarks>Most of what is said tells a further replica what became of a flow. Nobody waits for that, and a batch of
/// its own costs two threads' wakes: it leaves with the next urgent batch to that node, or after
/// <see cref="PatienceNs"/>.</remarks>
internal sealed class Outbox(IFlowTransport transport, FlowDirectoryCounters counters)
{
    /// <summary>How long what nobody waits for may wait.</summary>
    public const long PatienceNs = 2_000_000;

    private const int MuchQueuedBytes = 262_144;

    private readonly Dictionary<ushort, Batch> _batches = [];

    public void Send(ushort node, FlowOpKind kind, uint tag, in FlowRecord record)
    {
        bool canWait = kind == FlowOpKind.PortFreed || (kind == FlowOpKind.Put && tag == 0);
        To(node, isUrgent: !canWait).Add(kind, tag, record);
    }

    public void Send(ushort node, FlowOpKind kind, uint tag, in FlowKey key) =>
        To(node, isUrgent: true).Add(kind, tag, key);

    public void Send(ushort node, FlowOpKind kind, NodeFlags flags, ulong view) =>
        To(node, isUrgent: true).Add(kind, flags, view);

    public void Send(ushort node, FlowOpKind kind, uint tag) => To(node, isUrgent: true).Add(kind, tag);

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

    /// <summary>Sends what is urgent or has waited long enough.</summary>
    /// <returns>When the next one will have.</returns>
    public long Flush(long nowNs)
    {
        long nextNs = long.MaxValue;
        foreach ((ushort node, Batch batch) in _batches)
        {
            if (batch.Writer.IsEmpty)
                continue;
            batch.DueNs = Math.Min(batch.DueNs, nowNs + PatienceNs);
            if (batch.IsUrgent || batch.DueNs <= nowNs)
                Flush(node, batch);
            nextNs = Math.Min(nextNs, batch.DueNs);
        }
        return nextNs;
    }

    /// <summary>What was meant for a node that is gone.</summary>
    public void Forget(ushort node) => _batches.Remove(node);

    private BatchWriter To(ushort node, bool isUrgent)
    {
        if (!_batches.TryGetValue(node, out Batch? batch))
            _batches.Add(node, batch = new Batch());
        if (batch.Writer.IsFull)
            Flush(node, batch);
        batch.IsUrgent |= isUrgent;
        return batch.Writer;
    }

    private void Flush(ushort node, Batch batch)
    {
        if (!transport.TrySend(node, batch.Writer.Written))
            counters.Add(FlowDirectoryCounter.NotSent);
        batch.Writer.Clear();
        batch.IsUrgent = false;
        batch.DueNs = long.MaxValue;
    }

    private sealed class Batch
    {
        public BatchWriter Writer { get; } = new();

        public bool IsUrgent { get; set; }

        public long DueNs { get; set; } = long.MaxValue;
    }
}
