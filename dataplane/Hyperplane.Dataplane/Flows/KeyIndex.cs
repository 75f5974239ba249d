namespace Hyperplane.Dataplane.Flows;

/// <summary>Finds the row of a key in a column of keys; at most half full.</summary>
/// <remarks>Single-threaded; nothing allocates after construction.</remarks>
internal sealed class KeyIndex
{
    private readonly KeyColumn _keys;
    private readonly ulong _seed;
    private RowIndex<ColumnKeys> _rows;

    public KeyIndex(KeyColumn keys, ulong seed)
    {
        (_keys, _seed) = (keys, seed);
        _rows = new RowIndex<ColumnKeys>(new ColumnKeys(keys), keys.Length, seed, keys.Length * 2);
    }

    /// <summary>The row with this key, or -1.</summary>
    public int Find(in FlowKey key) => _rows.Find(key, FlowHash.Of(key, _seed));

    /// <summary>Adds the key that a row holds; it must not be there yet.</summary>
    public void Add(int row) => _rows.Set(_keys[row], FlowHash.Of(_keys[row], _seed), row);

    /// <summary>Takes a row out that is there; its key must still stand in the column.</summary>
    public void Remove(int row) => _rows.Remove(row, FlowHash.Of(_keys[row], _seed));

    private readonly struct ColumnKeys(KeyColumn keys) : IRowKeys
    {
        public FlowKey KeyOf(int row) => keys[row];

        public bool Is(int row, in FlowKey key) => keys.Is(row, key);

        public void Expect(int row) => keys.Expect(row);
    }
}
