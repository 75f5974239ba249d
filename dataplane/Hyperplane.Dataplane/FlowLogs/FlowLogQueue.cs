using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>Flows that are over, from the pipelines to whoever writes them down: a bounded queue for each.</summary>
/// <remarks>A pipeline never waits: without room a record is dropped and counted. Records of flows that never were
/// established leave half of the room to others: who sends SYNs alone hides nobody's connection.</remarks>
public sealed class FlowLogQueue
{
    private readonly int _capacity;
    private readonly FlowRing<FlowLogRecord> _ring;
    private FlowLogQueue[] _lines;
    private ulong _dropped;

    /// <summary>With room for so many records of each pipeline, a power of two.</summary>
    public FlowLogQueue(int capacity = 16_384)
    {
        (_capacity, _lines) = (capacity, [this]);
        _ring = new FlowRing<FlowLogRecord>(capacity);
    }

    /// <summary>Records without room, of all pipelines; any thread.</summary>
    public ulong Dropped => _lines.Aggregate(0UL, (sum, line) => sum + Volatile.Read(ref line._dropped));

    /// <summary>One a pipeline, this one first.</summary>
    internal IReadOnlyList<FlowLogQueue> Lines => Volatile.Read(ref _lines);

    /// <summary>Takes the next record of any pipeline; false when there is none. By one thread.</summary>
    public bool TryRead(out FlowLogRecord record)
    {
        foreach (FlowLogQueue line in Volatile.Read(ref _lines))
        {
            if (line._ring.TryRead(out record))
                return true;
        }
        record = default;
        return false;
    }

    /// <summary>Adds a record, or counts that there is no room. By the line's pipeline.</summary>
    public void Write(in FlowLogRecord record, bool wasEstablished)
    {
        if ((wasEstablished || _ring.Count < _capacity / 2) && _ring.TryWrite(record))
            return;
        Volatile.Write(ref _dropped, _dropped + 1);
    }

    /// <summary>Makes a line for each pipeline; before they run. Lines that are there stay.</summary>
    internal void Split(int pipelines)
    {
        int missing = Math.Max(0, pipelines - _lines.Length);
        FlowLogQueue[] more = [.. Enumerable.Range(0, missing).Select(_ => new FlowLogQueue(_capacity))];
        Volatile.Write(ref _lines, [.. _lines, .. more]);
    }
}
