using System.Diagnostics;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Bench.Flows;

/// <summary>Records that a holder gets at a steady rate from their owner's mesh thread, refreshes it has seen before;
/// encoded once, so that the receiver alone works at full size.</summary>
internal sealed class PutLoad
{
    private const int Batches = 256;
    private const int MostQueuedBytes = 262_144;
    private const long EveryNs = 200_000;

    private readonly List<byte[]> _batches = [];
    private readonly ushort _holder;
    private readonly double _perNs;
    private readonly int _recordsPerBatch;
    private long _beganNs;
    private long _sent;

    /// <param name="owner">Its flows are refreshed; called while its thread has nothing to do.</param>
    /// <param name="holder">The receiver.</param>
    /// <param name="flows">How many there are.</param>
    /// <param name="perSecond">Records a second.</param>
    public PutLoad(FlowNode owner, ushort holder, int flows, double perSecond)
    {
        (_holder, _perNs) = (holder, perSecond / 1e9);
        var writer = new BatchWriter();
        int records = 0;
        // Spread over all flows, so that the receiver's caches help no more than they would.
        for (long flow = 0; _batches.Count < Batches; flow = (flow + 7_919) % flows)
        {
            if (!owner.Directory.Replica.TryFindLive(
                    FlowMaker.Record((int)flow, owner.Start).Forward, out FlowRecord record)
                || !owner.Directory.View.Writes(holder, record.Forward, record.Reverse, record.OwnerNode))
                continue;
            writer.Add(FlowOpKind.Put, 0, record);
            records++;
            if (!writer.IsFull)
                continue;
            _batches.Add(writer.Written.ToArray());
            _recordsPerBatch = records;
            records = 0;
            writer.Clear();
        }
    }

    /// <summary>Records a second that were sent.</summary>
    public double Rate => Volatile.Read(ref _sent) / Stopwatch.GetElapsedTime(_beganNs).TotalSeconds;

    /// <summary>On the mesh thread: what is due.</summary>
    /// <returns>When to come again.</returns>
    public long Send(long nowNs, FlowNode node)
    {
        if (_beganNs == 0)
            _beganNs = nowNs;
        long due = (long)((nowNs - _beganNs) * _perNs);
        while (due - _sent >= _recordsPerBatch && node.QueuedBytes(_holder) < MostQueuedBytes)
        {
            if (!node.TrySend(_holder, _batches[(int)(_sent / _recordsPerBatch % Batches)]))
                throw new InvalidOperationException("the holder is gone");
            _sent += _recordsPerBatch;
        }
        return nowNs + EveryNs;
    }
}
