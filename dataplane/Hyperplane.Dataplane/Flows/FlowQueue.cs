namespace Hyperplane.Dataplane.Flows;

/// <summary>Flows that wait the same time, in the order in which they began: a linked list through the
/// columns.</summary>
internal sealed class FlowQueue(FlowColumns columns, FlowQueueKind kind)
{
    private readonly long _waitNs = FlowTimes.Of(kind);
    private int _tail = -1;

    public FlowQueueKind Kind => kind;

    /// <summary>The flow that is due first, or -1.</summary>
    public int Head { get; private set; } = -1;

    public void Append(int slot, long nowNs)
    {
        columns.Queue[slot] = (sbyte)kind;
        columns.DeadlineNs[slot] = nowNs + _waitNs;
        columns.Next[slot] = -1;
        columns.Previous[slot] = _tail;
        if (_tail < 0)
            Head = slot;
        else
            columns.Next[_tail] = slot;
        _tail = slot;
    }

    public void Remove(int slot)
    {
        int previous = columns.Previous[slot];
        int next = columns.Next[slot];
        if (previous < 0)
            Head = next;
        else
            columns.Next[previous] = next;
        if (next < 0)
            _tail = previous;
        else
            columns.Previous[next] = previous;
        columns.Queue[slot] = -1;
    }
}
