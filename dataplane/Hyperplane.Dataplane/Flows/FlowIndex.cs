namespace Hyperplane.Dataplane.Flows;

/// <summary>Finds a flow by either of its keys: two entries a flow, at most four fifths full.</summary>
/// <remarks>10 bytes a flow, taken once. Single-threaded.</remarks>
internal sealed class FlowIndex
{
    private readonly SideKeys _keys;
    private readonly ulong _seed;
    private RowIndex<SideKeys> _rows;

    public FlowIndex(FlowColumns columns, ulong seed)
    {
        int rows = columns.Forward.Length * 2;
        (_keys, _seed) = (new SideKeys(columns.Forward, columns.Reverse), seed);
        _rows = new RowIndex<SideKeys>(_keys, rows, seed, (int)(rows * 5L / 4) + 1);
    }

    /// <summary>The slot of the flow with this key, or -1.</summary>
    public int Find(in FlowKey key, out FlowSide side)
    {
        int row = _rows.Find(key, FlowHash.Of(key, _seed));
        side = row < 0 ? default : (FlowSide)(row & 1);
        return row >> 1;
    }

    /// <summary>Adds the key that a slot's column holds; it must not be there yet.</summary>
    public void Add(int slot, FlowSide side)
    {
        FlowKey key = _keys.KeyOf(Row(slot, side));
        _rows.Set(key, FlowHash.Of(key, _seed), Row(slot, side));
    }

    /// <summary>Takes a key out that is there.</summary>
    public void Remove(int slot, FlowSide side) =>
        _rows.Remove(Row(slot, side), FlowHash.Of(_keys.KeyOf(Row(slot, side)), _seed));

    private static int Row(int slot, FlowSide side) => (slot << 1) | (int)side;

    /// <remarks>Of a flow in mode <c>dsr</c> the target's frames are those that answer the client's; they come by no
    /// node.</remarks>
    private readonly struct SideKeys(KeyColumn forward, KeyColumn reverse) : IRowKeys
    {
        public FlowKey KeyOf(int row) => IsAnswer(row) ? forward[row >> 1].Opposite() : Column(row)[row >> 1];

        public bool Is(int row, in FlowKey key) =>
            IsAnswer(row) ? forward.Is(row >> 1, key.Opposite()) : Column(row).Is(row >> 1, key);

        public void Expect(int row) => Column(row).Expect(row >> 1);

        private bool IsAnswer(int row) => (FlowSide)(row & 1) == FlowSide.Target && reverse.IsTunnelPath(row >> 1);

        private KeyColumn Column(int row) => (FlowSide)(row & 1) == FlowSide.Client ? forward : reverse;
    }
}
