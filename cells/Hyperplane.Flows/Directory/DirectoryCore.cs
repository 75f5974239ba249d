using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>What the parts of a directory's end share: who we are, what we see, what we hold.</summary>
internal sealed class DirectoryCore(
    FlowDirectoryOptions options, CellView view, FlowReplica replica, QuestionTable questions, Outbox outbox,
    AnswerQueue answers, FlowDirectoryCounters counters, long startedNs)
{
    private const long SecondNs = 1_000_000_000;
    private const ushort BuriedSeconds = 2;
    private const uint YoungSeconds = 2;

    public FlowDirectoryOptions Options { get; } = options;

    public FlowReplica Replica { get; } = replica;

    public QuestionTable Questions { get; } = questions;

    public Outbox Outbox { get; } = outbox;

    public AnswerQueue Answers { get; } = answers;

    public FlowDirectoryCounters Counters { get; } = counters;

    /// <summary>The cell as we see it now.</summary>
    public CellView View { get; set; } = view;

    /// <summary>The view in which our own replicas are complete; 0 for none.</summary>
    public ulong CompleteView { get; set; }

    /// <summary>The lease holder of a source address; 0 when unknown.</summary>
    public Dictionary<PacketAddress, ushort> LeaseHolders { get; set; } = [];

    public long NowNs { get; set; } = startedNs;

    public uint NowSeconds => (uint)(NowNs / SecondNs);

    /// <summary>Of a flow that is made now.</summary>
    public uint EpochNow => FlowEpoch.At(UnixSeconds);

    private uint UnixSeconds => (uint)((NowNs + Options.UnixOffsetNs) / SecondNs);

    public ushort Self => Options.NodeId;

    public bool IsOurs(in FlowRecord record) =>
        record.OwnerNode == Self && record.OwnerStart == Options.Start;

    /// <summary>Whether frames of the flow can go to its owner, another node.</summary>
    public bool CanRelay(in FlowRecord record) =>
        View.IsAlive(record.OwnerNode, record.OwnerStart) && View[record.OwnerNode].IsStaying;

    /// <summary>Whether a reader has all of its records in the cell as we see it, so that its "no" counts.</summary>
    public bool IsComplete(ushort reader)
    {
        if (!Options.IsReplica(reader))
            return (reader == Self ? CompleteView : View[reader].CompleteView) == View.Number;
        // A replica elsewhere knows of no view: it is complete once every living node has told it all.
        if (CompleteView != View.Number)
            return false;
        foreach (MemberState member in View.Members)
        {
            bool isOtherNode = member.IsAlive && member.NodeId != Self && !Options.IsReplica(member.NodeId);
            if (isOtherNode && member.CompleteView != View.Number)
                return false;
        }
        return true;
    }

    /// <summary>The living node that gives out a record's source port, and so has a part in it wherever its keys
    /// lie; 0 for none.</summary>
    public ushort LeaseHolderOf(in FlowRecord record) =>
        LeaseHolders.TryGetValue(record.Snat, out ushort holder) && View[holder].IsAlive ? holder : (ushort)0;

    /// <summary>Whether this node hears of all that becomes of a record.</summary>
    public bool HasPart(in FlowRecord record) =>
        IsOurs(record) || View.Writes(Self, record.Forward, record.Reverse, record.OwnerNode)
        || LeaseHolderOf(record) == Self;

    /// <summary>Holds a record of ours, and tells everybody who has a part in it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="tag">A question that waits for the first copy; 0 for none.</param>
    /// <returns>How many nodes were told.</returns>
    public int Publish(in FlowRecord record, uint tag = 0)
    {
        ReplicaVerdict verdict = Replica.Put(record, NowSeconds, out FlowRecord other);
        if (verdict == ReplicaVerdict.Refused && other.Incarnation != record.Incarnation && !HasPart(other))
        {
            Replica.Forget(other.Forward);
            verdict = Replica.Put(record, NowSeconds, out _);
        }
        if (verdict == ReplicaVerdict.Full)
            Counters.Add(FlowDirectoryCounter.Full);
        return TellHolders(record, record, tag);
    }

    /// <summary>Tells everybody who has a part in a record that its flow is over.</summary>
    /// <returns>The tombstone.</returns>
    public FlowRecord Bury(in FlowRecord record)
    {
        Counters.Add(FlowDirectoryCounter.Buried);
        FlowRecord tombstone = record with { State = FlowRecordState.Tombstone, IdleTimeoutSeconds = BuriedSeconds };
        Publish(tombstone);
        return tombstone;
    }

    /// <summary>Another owner's flow has a port that this node may give out.</summary>
    public void NotePort(in FlowRecord record)
    {
        if (!IsOurs(record) && LeaseHolders.GetValueOrDefault(record.Snat) == Self)
            Answers.Add(FlowAnswerKind.PortTaken, record.Forward, record);
    }

    /// <summary>A node that has the key decided against: it may still believe to own it, or hold the frames of a flow
    /// that is over.</summary>
    public void TellOldOwner(in FlowRecord old, in FlowRecord current)
    {
        if (!ReplicaServer.HasOtherOwner(old, current))
            return;
        // Our own pipeline may relay to the old owner.
        Answers.Add(FlowAnswerKind.NotMine, old.Forward, default);
        Answers.Add(FlowAnswerKind.NotMine, old.Reverse, default);
        if (IsOurs(old))
            LoseTo(old, current);
        else if (View.IsAlive(old.OwnerNode, old.OwnerStart))
            Outbox.Send(old.OwnerNode, FlowOpKind.Newer, 0, current);
    }

    /// <summary>Whether we hold what stands against a record of the same flow: a newer owner, or its end.</summary>
    public bool IsOutdone(in FlowRecord record, out FlowRecord newer) =>
        Replica.TryFind(record.Forward, out newer) && newer.Incarnation == record.Incarnation
        && FlowReplica.IsNewer(newer, record);

    /// <summary>A flow that was just decided upon, later than whatever of its key is over as far as we know: the
    /// arbiter need not know as much.</summary>
    public FlowRecord Outlive(in FlowRecord ours) =>
        Replica.TryFind(ours.Forward, out FlowRecord held) ? Outlive(ours, held) : ours;

    /// <summary>Our flow has a newer owner, or its key a newer flow. One that is over and has nothing to do with ours
    /// is none: whoever decided for ours did not know of it.</summary>
    public void LoseTo(in FlowRecord ours, in FlowRecord current)
    {
        FlowRecord again = Outlive(ours, current);
        if (again.Epoch != ours.Epoch)
        {
            Publish(again);
            Answers.Add(FlowAnswerKind.Won, again.Forward, again);
            return;
        }
        Counters.Add(FlowDirectoryCounter.Displaced);
        // Whoever holds ours heard of it from us alone: its new owner need not know of them.
        TellHolders(ours, current, 0);
        FlowAnswerKind kind = ours.Incarnation == current.Incarnation ? FlowAnswerKind.Displaced : FlowAnswerKind.Lost;
        Answers.Add(kind, current.Forward, current);
    }

    /// <summary>Tells all others who have a part in one record what has its key.</summary>
    /// <returns>How many nodes were told for its forward key; their answers carry the tag.</returns>
    private int TellHolders(in FlowRecord held, in FlowRecord current, uint tag)
    {
        ReadOnlySpan<ushort> forward = View.WritersOf(View.ShardOf(held.Forward), held.OwnerNode);
        ReadOnlySpan<ushort> reverse = View.WritersOf(View.ShardOf(held.Reverse), held.OwnerNode);
        int told = 0;
        foreach (ushort node in forward)
        {
            if (node == Self)
                continue;
            Outbox.Send(node, FlowOpKind.Put, tag, current);
            told++;
        }
        foreach (ushort node in reverse)
        {
            if (node == Self || forward.Contains(node))
                continue;
            Outbox.Send(node, FlowOpKind.Put, 0, current);
        }
        ushort holder = LeaseHolderOf(held);
        if (holder != 0 && holder != Self && !forward.Contains(holder) && !reverse.Contains(holder))
            Outbox.Send(holder, FlowOpKind.Put, 0, current);
        return told;
    }

    /// <summary>A living flow as it stands against one of its key that is over and was made before; otherwise
    /// unchanged. What was made just now is later than all that is over.</summary>
    private FlowRecord Outlive(in FlowRecord ours, in FlowRecord other)
    {
        bool isOthersEnd = other.State == FlowRecordState.Tombstone && other.Incarnation != ours.Incarnation;
        if (!isOthersEnd || !FlowReplica.IsLive(ours) || !FlowReplica.IsNewer(other, ours))
            return ours;
        bool isYoung = FlowEpoch.IsOlder(FlowEpoch.At(UnixSeconds - YoungSeconds), ours.Epoch);
        if (!isYoung && FlowEpoch.IsOlder(ours.Epoch, other.Epoch))
            return ours;
        Counters.Add(FlowDirectoryCounter.Reasserted);
        return ours with { Epoch = FlowEpoch.OfNextFlow(other.Epoch) };
    }
}
