using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>Keeps what one pipeline's flows have to have logged, and says it at their end, once.</summary>
/// <remarks>Flows of other load balancers cost a look at their flags.</remarks>
/// <param name="columns">The flows.</param>
/// <param name="queue">This pipeline's line; null: nothing is logged.</param>
internal sealed class FlowLogger(FlowColumns columns, FlowLogQueue? queue)
{
    private int _pending = FlowTable.None;

    /// <summary>A flow began here, or is carried on here.</summary>
    public void Begin(int slot, bool isLogged, bool isCarriedOn, long nowNs)
    {
        if (queue is null || !isLogged)
            return;
        columns.Flags[slot] |= FlowFlags.Logged;
        columns.Log[slot] = new FlowLogState
        {
            StartNs = nowNs,
            WasEstablished = isCarriedOn,
            Marks = (isCarriedOn ? FlowLogMarks.CarriedOn : FlowLogMarks.None)
                | (columns.IsDirect(slot) ? FlowLogMarks.Direct : FlowLogMarks.None),
        };
    }

    /// <summary>Both ends took part.</summary>
    public void Establish(int slot)
    {
        if (IsLogged(slot))
            columns.Log[slot].WasEstablished = true;
    }

    /// <summary>The pipeline forwarded a frame.</summary>
    public void Count(int slot, FlowSide side, int frameBytes)
    {
        if (IsLogged(slot))
            Add(ref columns.Log[slot].Counts, side, 1, (ulong)frameBytes);
    }

    /// <summary>Has the cache count a flow that is put there; whether its entry is to say so.</summary>
    public bool TryCount(int slot, in FlowKey key, IFlowCache cache)
    {
        if (!IsLogged(slot))
            return false;
        if (cache.TryBeginCount(key))
            return true;
        columns.Log[slot].Marks |= FlowLogMarks.Partial;
        return false;
    }

    /// <summary>Takes over what the cache counted of a flow that is no longer there.</summary>
    public void TakeCounts(int slot, IFlowCache cache)
    {
        if (!IsLogged(slot))
            return;
        TakeCount(slot, FlowSide.Client, columns.Forward[slot], cache);
        if (!columns.IsDirect(slot))
            TakeCount(slot, FlowSide.Target, columns.Reverse[slot], cache);
    }

    /// <summary>An RST passed that may be the end.</summary>
    public void Suspect(int slot, FlowSide side)
    {
        if (IsLogged(slot))
            columns.Log[slot].Suspected = side == FlowSide.Client ? FlowEnd.ResetByClient : FlowEnd.ResetByTarget;
    }

    /// <summary>It was not.</summary>
    public void Trust(int slot)
    {
        if (IsLogged(slot))
            columns.Log[slot].Suspected = FlowEnd.None;
    }

    /// <summary>A frame that is yet to be counted ends the flow.</summary>
    public void EndWithFrame(int slot, FlowEnd end)
    {
        if (!IsLogged(slot) || _pending == slot)
            return;
        Settle();
        columns.Log[slot].End = end;
        _pending = slot;
    }

    /// <summary>The flow is over.</summary>
    public void End(int slot, FlowEnd end)
    {
        EndWithFrame(slot, end);
        Settle();
    }

    /// <summary>The flow was never the one of its key: another node says all of it.</summary>
    public void Disown(int slot)
    {
        if (IsLogged(slot))
            columns.Log[slot].IsOthers = true;
    }

    /// <summary>Says what waits for its last frame; before its slot is used anew, and at the end of a batch.</summary>
    public void Settle()
    {
        if (_pending == FlowTable.None)
            return;
        int slot = _pending;
        _pending = FlowTable.None;
        columns.Flags[slot] &= ~FlowFlags.Logged;
        ref FlowLogState state = ref columns.Log[slot];
        if (state.IsOthers)
            return;
        queue!.Write(
            new FlowLogRecord(
                columns.Forward[slot], columns.Reverse[slot], columns.ListenerId[slot], columns.TargetId[slot],
                state.StartNs, Math.Max(state.StartNs, columns.LastSeenNs[slot]), state.Counts, EndOf(slot, state),
                state.Marks),
            state.WasEstablished);
    }

    /// <summary>Of a flow whose last frames were not seen, what was seen before counts.</summary>
    private FlowEnd EndOf(int slot, in FlowLogState state)
    {
        const FlowFlags Fins = FlowFlags.ClientFin | FlowFlags.TargetFin;
        if (state.End is not (FlowEnd.Idle or FlowEnd.Gone))
            return state.End;
        if (state.Suspected != FlowEnd.None)
            return state.Suspected;
        FlowFlags fins = columns.Flags[slot] & Fins;
        return fins == Fins || (fins != FlowFlags.None && columns.IsDirect(slot)) ? FlowEnd.Fin : state.End;
    }

    private bool IsLogged(int slot) => (columns.Flags[slot] & FlowFlags.Logged) != FlowFlags.None;

    private void TakeCount(int slot, FlowSide side, in FlowKey key, IFlowCache cache)
    {
        if (cache.TryTakeCount(key, out ulong packets, out ulong bytes))
            Add(ref columns.Log[slot].Counts, side, packets, bytes);
    }

    private static void Add(ref FlowCounts counts, FlowSide side, ulong packets, ulong bytes)
    {
        if (side == FlowSide.Client)
            (counts.PacketsIn, counts.BytesIn) = (counts.PacketsIn + packets, counts.BytesIn + bytes);
        else
            (counts.PacketsOut, counts.BytesOut) = (counts.PacketsOut + packets, counts.BytesOut + bytes);
    }
}
