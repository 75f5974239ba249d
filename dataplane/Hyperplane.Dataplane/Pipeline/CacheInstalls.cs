using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Puts established flows into the flow cache, those of a batch of frames together.</summary>
/// <remarks>A flow of which only one direction fits is not cached, and the cache is left alone for a second
/// then.</remarks>
/// <param name="table">The flows.</param>
/// <param name="cache">Where they are put.</param>
/// <param name="home">The pipeline that has them.</param>
/// <param name="log">Whose frames are counted one by one.</param>
internal sealed class CacheInstalls(FlowTable table, IFlowCache cache, int home, FlowLogger log)
{
    /// <summary>How often the cache is asked for what it noted of a flow.</summary>
    public const long ReadIntervalNs = 30_000_000_000;

    private const int Pending = 256;
    private const int Together = 32;
    private const int Directions = 2;
    private const long RetryAfterFullNs = 1_000_000_000;

    private readonly FlowColumns _columns = table.Columns;
    private readonly int[] _pending = new int[Pending];
    private readonly int[] _places = new int[Together];
    private readonly FlowKey[] _keys = new FlowKey[Together * Directions];
    private readonly FlowEntry[] _entries = new FlowEntry[Together * Directions];
    private int _pendingCount;
    private long _fullUntilNs = long.MinValue;
    private long _wideFullUntilNs = long.MinValue;

    /// <summary>What becomes of frames.</summary>
    public FlowEntries Entries { get; } = new(table.Columns, home);

    /// <summary>Asks for both directions to be cached once this batch is on its way.</summary>
    public void Request(int slot, long nowNs)
    {
        const FlowFlags Known = FlowFlags.Cached | FlowFlags.InstallPending | FlowFlags.ResetSeen;
        if ((_columns.Flags[slot] & Known) != FlowFlags.None || _pendingCount == Pending || nowNs < FullUntilNs(slot))
            return;
        _columns.Flags[slot] |= FlowFlags.InstallPending;
        _pending[_pendingCount++] = slot;
    }

    /// <summary>Caches what was asked for; call when the frames of the batch were given to the kernel.</summary>
    public void Work(long nowNs)
    {
        for (int place = 0; place < _pendingCount;)
        {
            int flows = Gather(ref place, nowNs, out int entries);
            int refused = Settle(flows, cache.Install(_keys.AsSpan(0, entries), _entries.AsSpan(0, entries)), nowNs);
            if (refused < 0)
                continue;
            // Those behind it may be of the other kind, which has room.
            FullUntilNs(_pending[refused]) = nowNs + RetryAfterFullNs;
            place = refused + 1;
        }
        for (int place = 0; place < _pendingCount; place++)
            _columns.Flags[_pending[place]] &= ~FlowFlags.InstallPending;
        _pendingCount = 0;
    }

    /// <summary>The next flows that are to be cached: their places among the pending, their keys and
    /// entries.</summary>
    private int Gather(ref int place, long nowNs, out int entries)
    {
        int flows = 0;
        entries = 0;
        for (; place < _pendingCount && flows < Together; place++)
        {
            int slot = _pending[place];
            if ((_columns.Flags[slot] & FlowFlags.InstallPending) == FlowFlags.None
                || table.State(slot) != FlowState.Established || nowNs < FullUntilNs(slot))
                continue;
            _places[flows++] = place;
            if (!_columns.IsDirect(slot))
                Add(slot, FlowSide.Target, nowNs, entries++);
            Add(slot, FlowSide.Client, nowNs, entries++);
        }
        return flows;
    }

    private void Add(int slot, FlowSide side, long nowNs, int at)
    {
        _keys[at] = side == FlowSide.Client ? _columns.Forward[slot] : _columns.Reverse[slot];
        _entries[at] = Entries.Of(slot, side);
        _entries[at].Stamp(nowNs);
        _entries[at].IsLogged = log.TryCount(slot, _keys[at], cache);
    }

    /// <summary>Marks the flows whose entries all are in; the place of the first one that was refused, -1 when none
    /// was.</summary>
    private int Settle(int flows, int installed, long nowNs)
    {
        int at = 0;
        for (int i = 0; i < flows; i++)
        {
            int slot = _pending[_places[i]];
            int end = at + (_columns.IsDirect(slot) ? 1 : Directions);
            if (end > installed)
            {
                if (installed > at)
                    cache.TryRemove(_keys[at]);
                foreach (int place in _places.AsSpan(i, flows - i))
                    log.TakeCounts(_pending[place], cache);
                return _places[i];
            }
            _columns.Flags[slot] |= FlowFlags.Cached;
            _columns.DeadlineNs[slot] = nowNs + ReadIntervalNs;
            at = end;
        }
        return -1;
    }

    /// <summary>The cache keeps IPv4 flows and others apart: one may be full while the other is not.</summary>
    private ref long FullUntilNs(int slot)
    {
        bool isIpv4 = _columns.Forward.IsIpv4(slot) && _columns.Reverse.IsIpv4(slot);
        return ref isIpv4 ? ref _fullUntilNs : ref _wideFullUntilNs;
    }
}
