namespace Hyperplane.Dataplane.Counters;

/// <summary>Counter rows by slot, for the listeners or the targets of a node.</summary>
/// <remarks>Memory comes in chunks when a slot is first given out, off the packet path.</remarks>
public sealed class FlowCounterTable
{
    private const int ChunkRows = 1_024;

    private readonly FlowCounterRow[][] _chunks;
    private FlowCounterRow _nowhere;

    /// <param name="capacity">Slots there can be.</param>
    /// <param name="pipeline">Which one counts here.</param>
    internal FlowCounterTable(int capacity, int pipeline = 0)
    {
        (Capacity, Pipeline) = (capacity, pipeline);
        _chunks = new FlowCounterRow[(capacity + ChunkRows - 1) / ChunkRows][];
    }

    /// <summary>Slots there can be.</summary>
    public int Capacity { get; }

    /// <summary>The pipeline that counts here, of those of the node.</summary>
    internal int Pipeline { get; }

    /// <summary>The row of a slot; of a negative one, whose listener or target has no slot, a row that nobody
    /// reads.</summary>
    internal ref FlowCounterRow this[int slot]
    {
        get
        {
            if (slot < 0)
                return ref _nowhere;
            return ref _chunks[slot / ChunkRows][slot % ChunkRows];
        }
    }

    /// <summary>What a slot counted.</summary>
    public FlowCounters Read(int slot)
    {
        ref FlowCounterRow row = ref this[slot];
        return new FlowCounters(
            Volatile.Read(ref row.NewFlows), Volatile.Read(ref row.ActiveFlows),
            Volatile.Read(ref row.PacketsIn), Volatile.Read(ref row.BytesIn),
            Volatile.Read(ref row.PacketsOut), Volatile.Read(ref row.BytesOut));
    }

    /// <summary>How the target of a slot answered.</summary>
    public ConnectCounters ReadConnects(int slot) => ConnectCounters.Of(Volatile.Read(ref this[slot].Connects));

    /// <summary>Makes a slot ready, at zero; before any flow names it.</summary>
    internal void Clear(int slot)
    {
        _chunks[slot / ChunkRows] ??= new FlowCounterRow[ChunkRows];
        this[slot] = default;
    }

    internal bool IsReferenced(int slot) => Volatile.Read(ref this[slot].References) != 0;
}
