using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Brings every record to whoever has a part in it since the cell changed, and knows when all have done
/// so.</summary>
/// <remarks>
/// A walk over our records: an owner sends its own; for an owner that is gone the first surviving holder does; each
/// only to nodes that had no part before. What an owner that is gone said last, or since nodes did not all see each
/// other, all holders send to all who have a part. The end of a walk is told to everybody. A node is complete in a view
/// when it and all living nodes have ended their walks of that view; complete once, it holds.
/// A node that has just started waits until all members are up, at most the settling time: or it would believe to be
/// complete because it knows of nobody. Where nodes do not all see each other, views never agree: a node that was not
/// filled within its limit holds all the same. Where replicas live elsewhere, one that reaches none of them waits for
/// as long as others serve.
/// </remarks>
internal sealed class Synchroniser(DirectoryCore core, long startedNs)
{
    private const int WalkBudget = 2_048;

    /// <summary>How long before our first sign of it a node may have lost another: detection, and its walk, whose news
    /// count as a second old.</summary>
    private const uint UnnoticedSeconds = 4;

    private readonly Dictionary<ushort, ulong> _walkedBy = [];
    private readonly HashSet<ushort> _missed = [];
    private readonly Dictionary<ushort, uint> _back = [];
    private readonly Dictionary<ushort, uint> _heardFrom = [];
    private CellView _from = core.View;
    private CellView _complete = core.View;
    private CellView? _to;
    private int _cursor;
    private Dictionary<ushort, uint> _told = [];
    private int _toldCursor = int.MaxValue;
    private ulong _walked;
    private uint? _apartSeconds;
    private long _waitsSinceNs = startedNs;
    private bool _mustWalk;
    private bool _holds;

    /// <summary>How we stand.</summary>
    public NodeFlags Flags =>
        (_holds ? NodeFlags.Holds : NodeFlags.None) | (IsDraining ? NodeFlags.Drains : NodeFlags.None);

    /// <summary>Whether this node knows who else is in its cell; before that it is not alone, but ignorant.</summary>
    public bool KnowsMembers { get; set; }

    /// <summary>Whether this node leaves.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether there is more to send at once.</summary>
    public bool IsWalking => _to is not null || _toldCursor < core.Replica.Slots;

    /// <summary>A node said that it has sent all; in another view than ours it may not see all that we see.</summary>
    public void OnSynchronised(ushort node, ulong view)
    {
        _walkedBy[node] = view;
        if (view != core.View.Number)
            _apartSeconds ??= core.NowSeconds;
    }

    /// <summary>A node is there, or there again, perhaps within one turn: what was sent before may not have
    /// arrived.</summary>
    public void OnUp(ushort node)
    {
        _mustWalk = true;
        _walkedBy.Remove(node);
        _missed.Add(node);
        _back[node] = core.NowSeconds + 1;
        _heardFrom[node] = core.NowSeconds + 1;
    }

    /// <summary>When what a node says of its own flows now counts as heard: later than all that it said before it was
    /// lost, also within the same second.</summary>
    public uint HeardSeconds(ushort node) => Math.Max(core.NowSeconds, _heardFrom.GetValueOrDefault(node));

    /// <summary>A node is gone; what it was sent last may not have arrived.</summary>
    public void OnDown(ushort node)
    {
        _walkedBy.Remove(node);
        _back.Remove(node);
        _missed.Add(node);
        _apartSeconds ??= core.NowSeconds;
    }

    /// <summary>Looks whether the cell changed, and does a bounded part of the walk; true when how we stand
    /// changed.</summary>
    public bool Work()
    {
        if (!MayBegin())
            return false;
        bool isNews = core.View.Number != _walked && (_to is null || _to.Number != core.View.Number);
        if (isNews || _mustWalk)
        {
            _to = core.View;
            _cursor = 0;
            _walked = 0;
            _mustWalk = false;
        }
        // Who holds may have changed within the view: those with less of a part are sent more.
        if (_to is null && core.View.Number == _walked)
            _from = core.View;
        if (core.CompleteView == core.View.Number)
            _complete = core.View;
        Walk();
        ForgetUntold();
        bool isNewStanding = Conclude() || HoldAnyway();
        if (_apartSeconds is not null && AllAgree())
            _apartSeconds = null;
        return isNewStanding;
    }

    private bool MayBegin()
    {
        if (!KnowsMembers)
            return false;
        if (_holds)
            return true;
        if (IsCutOff())
            _waitsSinceNs = core.NowNs;
        long ageNs = core.NowNs - _waitsSinceNs;
        foreach (MemberState member in core.View.Members)
        {
            bool isReplica = core.Options.IsReplica(member.NodeId);
            if (!member.IsAlive && ageNs < (isReplica ? core.Options.ReplicaLimitNs : core.Options.SettlingNs))
                return false;
        }
        return true;
    }

    /// <summary>Whether others serve, and this node, which reaches no replica, would only get packets of flows that it
    /// cannot ask for.</summary>
    private bool IsCutOff()
    {
        if (!core.Options.ReplicasLiveElsewhere)
            return false;
        bool othersServe = false;
        foreach (MemberState member in core.View.Members)
        {
            if (!core.Options.IsReplica(member.NodeId))
                othersServe |= member.NodeId != core.Self && member.IsHolding;
            else if (member.IsAlive)
                return false;
        }
        return othersServe;
    }

    private void Walk()
    {
        if (_to is null)
            return;
        for (int budget = WalkBudget; budget > 0 && _cursor < core.Replica.Slots; budget--, _cursor++)
        {
            FlowRecord record = core.Replica.At(_cursor);
            if (record.State != FlowRecordState.None && IsOursToSend(record) && !TrySend(record))
                return;
        }
        if (_cursor < core.Replica.Slots)
            return;
        _walked = _to.Number;
        _from = _to;
        _to = null;
        foreach (MemberState member in core.View.Members)
        {
            if (member.IsAlive && member.NodeId != core.Self)
                core.Outbox.Send(member.NodeId, FlowOpKind.Synchronised, NodeFlags.None, _walked);
        }
    }

    /// <summary>An owner that could not be reached for a time has told all it has: what it did not tell again ended
    /// meanwhile.</summary>
    private void ForgetUntold()
    {
        for (int budget = WalkBudget; budget > 0 && _toldCursor < core.Replica.Slots; budget--, _toldCursor++)
        {
            FlowRecord record = core.Replica.At(_toldCursor);
            if (FlowReplica.IsLive(record) && _told.TryGetValue(record.OwnerNode, out uint seconds)
                && (int)(core.Replica.HeardAt(_toldCursor) - seconds) < 0
                && core.View.IsAlive(record.OwnerNode, record.OwnerStart))
                core.Replica.ForgetAt(_toldCursor);
        }
    }

    private bool IsOursToSend(in FlowRecord record)
    {
        if (core.IsOurs(record))
            return true;
        if (core.View.IsAlive(record.OwnerNode, record.OwnerStart))
            return false;
        if (MayBeLastWord(record))
            return true;
        foreach (ushort node in _from.WritersOf(_from.ShardOf(record.Forward), record.OwnerNode))
        {
            if (HadPart(node, record))
                return node == core.Self;
        }
        foreach (ushort node in _from.WritersOf(_from.ShardOf(record.Reverse), record.OwnerNode))
        {
            if (HadPart(node, record))
                return node == core.Self;
        }
        // Nobody who had a part is left: whoever has a copy all the same.
        return true;
    }

    /// <summary>Whether the record walked now is of an owner that is gone and may not have reached everybody with it:
    /// while nodes do not all see each other, one hears less than another, and nobody knows who.</summary>
    private bool MayBeLastWord(in FlowRecord record) =>
        _apartSeconds is uint seconds && !core.IsOurs(record)
        && (int)(core.Replica.HeardAt(_cursor) + UnnoticedSeconds - seconds) >= 0;

    /// <summary>Whether all see the same cell, have sent all and have all.</summary>
    private bool AllAgree()
    {
        ulong view = core.View.Number;
        foreach (MemberState member in core.View.Members)
        {
            bool isOther = member.IsAlive && member.NodeId != core.Self;
            bool isComplete = core.Options.IsReplica(member.NodeId) || member.CompleteView == view;
            if (isOther && (!isComplete || _walkedBy.GetValueOrDefault(member.NodeId) != view))
                return false;
        }
        return core.CompleteView == view;
    }

    /// <summary>Whether a node has a record, by what was sent: it lives on, and had a part in the record when all had
    /// sent all, and has one still. A view that one node never walked, for it hung, proves nothing.</summary>
    private bool HadPart(ushort node, in FlowRecord record) =>
        !_missed.Contains(node) && _complete[node].IsAlive && core.View.IsAlive(node, _complete[node].Start)
        && (core.LeaseHolderOf(record) == node
            || (_complete.Writes(node, record.Forward, record.Reverse, record.OwnerNode)
                && _from.Writes(node, record.Forward, record.Reverse, record.OwnerNode)));

    private bool TrySend(in FlowRecord record)
    {
        ReadOnlySpan<ushort> forward = core.View.WritersOf(core.View.ShardOf(record.Forward), record.OwnerNode);
        ReadOnlySpan<ushort> reverse = core.View.WritersOf(core.View.ShardOf(record.Reverse), record.OwnerNode);
        ushort holder = core.LeaseHolderOf(record);
        if (holder != 0 && IsNew(holder, record) && core.Outbox.IsSlow(holder))
            return false;
        foreach (ushort node in forward)
        {
            if (IsNew(node, record) && core.Outbox.IsSlow(node))
                return false;
        }
        foreach (ushort node in reverse)
        {
            if (IsNew(node, record) && core.Outbox.IsSlow(node))
                return false;
        }
        foreach (ushort node in forward)
            SendTo(node, record);
        foreach (ushort node in reverse)
        {
            if (!forward.Contains(node))
                SendTo(node, record);
        }
        if (holder != 0 && !forward.Contains(holder) && !reverse.Contains(holder))
            SendTo(holder, record);
        return true;
    }

    private void SendTo(ushort node, in FlowRecord record)
    {
        if (!IsNew(node, record))
            return;
        core.Outbox.Send(node, FlowOpKind.Put, 0, record);
        core.Counters.Add(FlowDirectoryCounter.Resent);
    }

    /// <summary>Whether a node has a part in a record that it, in this start, did not have before.</summary>
    private bool IsNew(ushort node, in FlowRecord record) =>
        node != core.Self && (MayBeLastWord(record) || !HadPart(node, record));

    private bool Conclude()
    {
        if (_to is not null || _walked != core.View.Number || core.CompleteView == _walked)
            return false;
        foreach (MemberState member in core.View.Members)
        {
            bool isOther = member.IsAlive && member.NodeId != core.Self;
            if (isOther && _walkedBy.GetValueOrDefault(member.NodeId) != _walked)
                return false;
        }
        core.CompleteView = _walked;
        _complete = core.View;
        _missed.Clear();
        _told = new Dictionary<ushort, uint>(_back);
        _toldCursor = 0;
        _back.Clear();
        _holds = true;
        return true;
    }

    /// <summary>Nodes that do not see each other never agree on a view: that must not keep this one out of
    /// service.</summary>
    private bool HoldAnyway()
    {
        long limitNs =
            core.Options.FillLimitNs + (core.Options.ReplicasLiveElsewhere ? core.Options.ReplicaLimitNs : 0);
        if (_holds || core.NowNs - _waitsSinceNs < limitNs)
            return false;
        core.Counters.Add(FlowDirectoryCounter.HeldUnfilled);
        _holds = true;
        return true;
    }
}
