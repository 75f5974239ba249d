using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Ends flows whose time is over, in small steps between batches.</summary>
/// <remarks>Waits that a whole state shares end on time, by queue. Idle times need a walk: 1/64 of the table every
/// 100 ms, all of it in 6.4 s. A cached flow's stamps are read from the cache, a system call each, before it is judged
/// idle, and every 30 s for its target's counters.</remarks>
internal sealed class FlowSweeper(FlowTable table, FlowLifecycle flows, TcpTracker tcp)
{
    private const long TickNs = 100_000_000;
    private const int TicksPerRound = 64;
    private const int WalkBudget = 2_048;
    private const int CacheReadCost = 16;
    private const int QueueBudget = 256;
    private const int PurgeBudget = 8_192;
    private const int PurgeRemovals = 512;

    private readonly FlowColumns _columns = table.Columns;
    private long _walkedUntilNs = long.MinValue;
    private int _walkCursor;
    private int _walkDebt;
    private int _purgeLeft;
    private int _purgeCursor;

    /// <summary>Whether more is due than a step did.</summary>
    public bool IsBehind => _purgeLeft > 0 || _walkDebt > 0;

    /// <summary>Looks at every flow once more: its listener may be gone, or its target's flows have to end.</summary>
    public void BeginPurge()
    {
        _purgeLeft = table.Slots;
        _purgeCursor = 0;
    }

    /// <summary>Does a bounded part of what is due.</summary>
    public void Work(ModelTables tables, long nowNs)
    {
        EndWaits(nowNs);
        Walk(nowNs);
        Purge(tables, nowNs);
    }

    private void EndWaits(long nowNs)
    {
        for (var kind = FlowQueueKind.HalfOpen; kind <= FlowQueueKind.Long; kind++)
        {
            for (int i = 0; i < QueueBudget; i++)
            {
                int slot = table.FirstDue(kind, nowNs);
                if (slot == FlowTable.None || !TryEndWait(slot, kind, nowNs))
                    break;
            }
        }
    }

    /// <summary>False while the flow directory must still be told of the flow's end: it keeps its place then.</summary>
    private bool TryEndWait(int slot, FlowQueueKind kind, long nowNs)
    {
        if (kind >= FlowQueueKind.AfterReset)
            return flows.TryRelease(slot);
        if (kind == FlowQueueKind.HeaderSent)
            flows.RepeatHeader(slot, nowNs);
        else if (kind == FlowQueueKind.LastAck)
            tcp.SeekLastAck(slot, nowNs);
        else if (kind >= FlowQueueKind.ResetSeen)
            flows.EndDoubt(slot, kind, nowNs);
        else
            GiveUp(slot, kind, nowNs);
        return true;
    }

    private void GiveUp(int slot, FlowQueueKind kind, long nowNs)
    {
        bool isHalfOpen = kind == FlowQueueKind.HalfOpen;
        if (isHalfOpen && _columns.State[slot] == FlowState.SynSeen && !_columns.IsDirect(slot))
            flows.CountFailure(slot);
        (FlowQueueKind holdDown, FlowEnd end) = isHalfOpen
            ? (FlowQueueKind.AfterClose, FlowEnd.Unanswered)
            : (FlowQueueKind.Long, FlowEnd.Idle);
        flows.Forget(slot, holdDown, end, nowNs);
    }

    private void Walk(long nowNs)
    {
        if (_walkedUntilNs == long.MinValue)
            _walkedUntilNs = nowNs;
        int share = (table.Slots + TicksPerRound - 1) / TicksPerRound;
        for (; nowNs - _walkedUntilNs >= TickNs && _walkDebt < table.Slots; _walkedUntilNs += TickNs)
            _walkDebt += share;
        if (_walkDebt >= table.Slots)
        {
            _walkDebt = table.Slots;
            _walkedUntilNs = nowNs;
        }
        for (int budget = WalkBudget; budget > 0 && _walkDebt > 0; budget--, _walkDebt--)
        {
            if (_columns.State[_walkCursor] is FlowState.Established or FlowState.Closing)
                budget -= Judge(_walkCursor, nowNs);
            flows.Publish(_walkCursor, nowNs);
            _walkCursor = _walkCursor + 1 == table.Slots ? 0 : _walkCursor + 1;
        }
    }

    /// <summary>Forgets an idle flow; what that cost beyond a glance.</summary>
    private int Judge(int slot, long nowNs)
    {
        long idleNs = _columns.IdleTimeoutMs[slot] * 1_000_000L;
        bool mustRead = (_columns.Flags[slot] & FlowFlags.Cached) != FlowFlags.None
            && (nowNs >= _columns.DeadlineNs[slot] || nowNs - _columns.LastSeenNs[slot] >= idleNs);
        if (mustRead && !flows.TryReadCache(slot, nowNs))
            flows.Uncache(slot, nowNs);
        if (nowNs - _columns.LastSeenNs[slot] >= idleNs)
            flows.Forget(slot, FlowQueueKind.Long, FlowEnd.Idle, nowNs);
        return mustRead ? CacheReadCost : 0;
    }

    private void Purge(ModelTables tables, long nowNs)
    {
        int removals = PurgeRemovals;
        int steps = Math.Min(PurgeBudget, _purgeLeft);
        for (; steps > 0 && removals > 0; steps--, _purgeLeft--, _purgeCursor++)
        {
            if (_columns.State[_purgeCursor] is FlowState.Free or FlowState.Held or FlowState.Lent)
                continue;
            bool isLive = tables.IsLive(_columns.Listener[_purgeCursor], _columns.Forward[_purgeCursor]);
            if (isLive && !MustEnd(tables, _purgeCursor))
                continue;
            if (isLive)
                flows.End(_purgeCursor, FlowEnd.Ended, nowNs);
            else
                flows.Forget(_purgeCursor, FlowQueueKind.Long, FlowEnd.ListenerRemoved, nowNs);
            removals--;
        }
    }

    private bool MustEnd(ModelTables tables, int slot) => tables.Targets.HasEnding
        && _columns.State[slot] != FlowState.Closed && tables.Targets.Ends(_columns.Target[slot]);
}
