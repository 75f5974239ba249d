using System.Numerics;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>UDP flows of one datagram on their way to the directory: inserted 200 ms after their creation, unless a
/// second datagram did it before.</summary>
/// <remarks>All wait the same time, so the oldest is always the first due. When the queue is full the flow is inserted
/// at once.</remarks>
internal sealed class UdpInserts
{
    private const long WaitNs = 200_000_000;
    private const int PerTurn = 256;

    private readonly FlowColumns _columns;
    private readonly FlowPublisher _publisher;
    private readonly (int Slot, ulong Incarnation, long DueNs)[] _ring;
    private long _head;
    private long _tail;

    public UdpInserts(FlowColumns columns, FlowPublisher publisher, int capacity)
    {
        _columns = columns;
        _publisher = publisher;
        _ring = new (int, ulong, long)[BitOperations.RoundUpToPowerOf2((uint)capacity)];
    }

    /// <summary>When the oldest is due; <see cref="long.MaxValue"/> when none waits.</summary>
    public long DueNs => _head == _tail ? long.MaxValue : _ring[_head & (_ring.Length - 1)].DueNs;

    /// <summary>Notes a new flow.</summary>
    public void Add(int slot, long nowNs)
    {
        if (_tail - _head == _ring.Length)
            _publisher.Insert(slot, nowNs);
        else
            _ring[_tail++ & (_ring.Length - 1)] = (slot, _columns.Incarnation[slot], nowNs + WaitNs);
    }

    /// <summary>Inserts what is due and was not inserted by its second datagram.</summary>
    public void Work(long nowNs)
    {
        for (int i = 0; i < PerTurn && DueNs <= nowNs; i++)
        {
            (int slot, ulong incarnation, _) = _ring[_head++ & (_ring.Length - 1)];
            if (_columns.State[slot] == FlowState.Unconfirmed && _columns.Incarnation[slot] == incarnation
                && (_columns.Flags[slot] & FlowFlags.Inserted) == FlowFlags.None)
                _publisher.Insert(slot, nowNs);
        }
    }
}
