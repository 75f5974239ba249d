using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Which keys are other nodes' flows: bounded, preallocated, mirrored to the relay cache.</summary>
/// <remarks>An entry is forgotten after 30 s without frames; frames that the cache relayed count. Single-threaded;
/// nothing allocates after construction. About 50 bytes a place.</remarks>
internal sealed class RelayTable
{
    /// <summary>An entry without frames is kept for so long.</summary>
    public const long IdleNs = 30_000_000_000;

    private const int None = -1;
    private const int PendingInstalls = 256;
    private const int RowsPerTick = 64;
    private const long TickNs = 100_000_000;

    private readonly KeyColumn _keys;
    private readonly ushort[] _nodes;
    private readonly ulong[] _starts;
    private readonly long[] _seenNs;
    private readonly State[] _states;
    private readonly int[] _free;
    private readonly KeyIndex _index;
    private readonly IRelayCache? _cache;
    private readonly int[] _pending = new int[PendingInstalls];
    private int _pendingCount;
    private int _cursor;
    private long _sweptNs = long.MinValue;

    public RelayTable(int capacity, ulong seed, IRelayCache? cache)
    {
        _keys = new KeyColumn(capacity);
        _nodes = new ushort[capacity];
        _starts = new ulong[capacity];
        _seenNs = new long[capacity];
        _states = new State[capacity];
        _free = new int[capacity];
        for (int row = 0; row < capacity; row++)
            _free[row] = capacity - 1 - row;
        _index = new KeyIndex(_keys, seed);
        _cache = cache;
    }

    private enum State : byte
    {
        Free,
        Alone,
        Waiting,
        Cached,
    }

    /// <summary>Entries now.</summary>
    public int Count { get; private set; }

    /// <summary>The owner of a key, and its row for <see cref="Touch"/>.</summary>
    public bool TryFind(in FlowKey key, out int row, out ushort node, out ulong start)
    {
        row = _index.Find(key);
        (node, start) = row == None ? default : (_nodes[row], _starts[row]);
        return row != None;
    }

    /// <summary>Notes the owner of a key, in place of a former one; false when the table is full.</summary>
    public bool TryInstall(in FlowKey key, ushort node, ulong start, long nowNs)
    {
        Remove(key);
        if (Count == _keys.Length)
            return false;
        int row = _free[_keys.Length - ++Count];
        _keys.Set(row, key);
        _nodes[row] = node;
        _starts[row] = start;
        _seenNs[row] = nowNs;
        _states[row] = State.Alone;
        _index.Add(row);
        return true;
    }

    /// <summary>Forgets a key, here and in the cache.</summary>
    public void Remove(in FlowKey key)
    {
        int row = _index.Find(key);
        if (row != None)
            Free(row);
    }

    /// <summary>Notes a relayed frame; the entry is cached once this batch is on its way.</summary>
    public void Touch(int row, long nowNs)
    {
        _seenNs[row] = nowNs;
        if (_cache is null || _states[row] != State.Alone || _pendingCount == PendingInstalls)
            return;
        _states[row] = State.Waiting;
        _pending[_pendingCount++] = row;
    }

    /// <summary>Caches what was relayed first in this batch, and forgets some of what is idle.</summary>
    public void Work(long nowNs)
    {
        for (int i = 0; i < _pendingCount; i++)
            Cache(_pending[i]);
        _pendingCount = 0;
        if (nowNs - _sweptNs < TickNs && _sweptNs != long.MinValue)
            return;
        _sweptNs = nowNs;
        for (int share = (_keys.Length + RowsPerTick - 1) / RowsPerTick; share > 0 && Count > 0; share--)
        {
            Judge(_cursor, nowNs);
            _cursor = _cursor + 1 == _keys.Length ? 0 : _cursor + 1;
        }
    }

    private void Cache(int row)
    {
        if (_states[row] != State.Waiting)
            return;
        var entry = new RelayEntry
        {
            OwnerStart = _starts[row], OwnerNode = _nodes[row], LastSeenNs = (ulong)_seenNs[row],
            TunnelPortBe = AddressBytes.Be(GueHeader.SourcePort(_keys[row])),
        };
        _states[row] = _cache!.TryInstall(_keys[row], entry) ? State.Cached : State.Alone;
    }

    private void Judge(int row, long nowNs)
    {
        if (_states[row] == State.Free || nowNs - _seenNs[row] < IdleNs)
            return;
        if (_states[row] == State.Cached)
        {
            if (_cache!.TryRead(_keys[row], out RelayEntry entry))
                _seenNs[row] = Math.Max(_seenNs[row], (long)entry.LastSeenNs);
            else
                _states[row] = State.Alone;
        }
        if (nowNs - _seenNs[row] >= IdleNs)
            Free(row);
    }

    private void Free(int row)
    {
        if (_states[row] == State.Cached)
            _cache!.TryRemove(_keys[row]);
        _index.Remove(row);
        _states[row] = State.Free;
        _free[_keys.Length - Count--] = row;
    }
}
