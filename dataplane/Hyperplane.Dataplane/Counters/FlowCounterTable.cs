namespace Hyperplane.Dataplane.Counters;

/// <summary>Counter rows by slot, for the listeners or the targets of a node.</summary>
/// <remarks>Memory comes in chunks when a slot is first given out, off the packet path.</remarks>
public sealed class FlowCounterTable
{
    private const int ChunkRows = 1_024;

    private readonly FlowCounterRow[][] _chunks;
    private readonly ResetCounterRow[][] _resets;
    private readonly ulong[][] _drops;
    private readonly int _dropColumns;
    private FlowCounterRow _nowhere;
    private ResetCounterRow _noResets;

    /// <param name="capacity">Slots there can be.</param>
    /// <param name="pipeline">Which one counts here.</param>
    /// <param name="dropColumns">How many reasons of drops are counted.</param>
    internal FlowCounterTable(int capacity, int pipeline = 0, int dropColumns = 0)
    {
        (Capacity, Pipeline, _dropColumns) = (capacity, pipeline, dropColumns);
        int chunks = (capacity + ChunkRows - 1) / ChunkRows;
        (_chunks, _resets, _drops) = (new FlowCounterRow[chunks][], new ResetCounterRow[chunks][], new ulong[chunks][]);
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
            Volatile.Read(ref row.PacketsOut), Volatile.Read(ref row.BytesOut))
        {
            Resets = ReadResets(slot),
        };
    }

    /// <summary>Adds what a slot dropped, by the columns of <see cref="ListenerDrops"/>; whether that is
    /// anything.</summary>
    public bool ReadDrops(int slot, Span<ulong> sums)
    {
        bool any = false;
        foreach (ref ulong count in Drops(slot))
        {
            ulong seen = Volatile.Read(ref count);
            any |= seen != 0;
            sums[0] += seen;
            sums = sums[1..];
        }
        return any;
    }

    /// <summary>How the target of a slot answered.</summary>
    public ConnectCounters ReadConnects(int slot) => ConnectCounters.Of(Volatile.Read(ref this[slot].Connects));

    /// <summary>The resets of a slot; of a negative one, a row that nobody reads.</summary>
    internal ref ResetCounterRow Resets(int slot)
    {
        if (slot < 0)
            return ref _noResets;
        return ref _resets[slot / ChunkRows][slot % ChunkRows];
    }

    /// <summary>What a slot dropped, by the columns of <see cref="ListenerDrops"/>.</summary>
    internal Span<ulong> Drops(int slot)
    {
        return _drops[slot / ChunkRows].AsSpan(slot % ChunkRows * _dropColumns, _dropColumns);
    }

    /// <summary>Makes a slot ready, at zero; before any flow names it.</summary>
    internal void Clear(int slot)
    {
        int chunk = slot / ChunkRows;
        _chunks[chunk] ??= new FlowCounterRow[ChunkRows];
        _resets[chunk] ??= new ResetCounterRow[ChunkRows];
        _drops[chunk] ??= new ulong[ChunkRows * _dropColumns];
        this[slot] = default;
        Resets(slot) = default;
        Drops(slot).Clear();
    }

    internal bool IsReferenced(int slot) => Volatile.Read(ref this[slot].References) != 0;

    private ResetCounters ReadResets(int slot)
    {
        ref ResetCounterRow row = ref Resets(slot);
        return new ResetCounters(
            Volatile.Read(ref row.FromClients), Volatile.Read(ref row.FromTargets), Volatile.Read(ref row.Own));
    }
}
