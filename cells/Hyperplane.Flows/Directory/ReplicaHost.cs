using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Answers other nodes for the records we hold, and passes on what they tell us about our flows.</summary>
internal sealed class ReplicaHost(DirectoryCore core)
{
    /// <summary>What another node asks or tells.</summary>
    public void Handle(ushort node, in FlowOp op)
    {
        switch (op.Kind)
        {
            case FlowOpKind.Decide:
                Decide(node, op);
                break;
            case FlowOpKind.Claim:
                Claim(node, op);
                break;
            case FlowOpKind.Put:
                Put(node, op);
                break;
            case FlowOpKind.LookUp:
                if (core.Replica.TryFindLive(op.Key, out FlowRecord4 record))
                    core.Outbox.Send(node, FlowOpKind.Found, op.Tag, record);
                else
                    core.Outbox.Send(node, FlowOpKind.Nothing, op.Tag);
                break;
            case FlowOpKind.Newer:
                HearOfNewer(op.Record);
                break;
            case FlowOpKind.PortFreed:
                core.Answers.Add(FlowAnswerKind.PortFreed, op.Record.Forward, op.Record);
                break;
            case FlowOpKind.NotMine:
                HearNotMine(node, op.Key);
                break;
        }
    }

    /// <summary>Our pipeline got a relayed frame of no flow of ours.</summary>
    public void NotOurs(ushort node, in FlowKey4 key)
    {
        if (core.Replica.TryFindLive(key, out FlowRecord4 record) && core.IsOurs(record))
            core.Answers.Add(FlowAnswerKind.Own, key, record);
        else if (core.View[node].IsAlive)
            core.Outbox.Send(node, FlowOpKind.NotMine, 0, key);
    }

    /// <summary>Forgets what a slot holds when its time is over, or when we have no part in it any more.</summary>
    public bool SweepAt(int slot, bool mayPrune)
    {
        if (core.Replica.ExpireAt(slot, core.NowSeconds))
            return true;
        FlowRecord4 record = core.Replica.At(slot);
        if (!mayPrune || record.State == FlowRecordState.None || core.IsOurs(record)
            || core.View.Writes(core.Self, record.Forward, record.Reverse, record.OwnerNode))
            return false;
        core.Replica.ForgetAt(slot);
        return true;
    }

    private void Decide(ushort node, in FlowOp op)
    {
        core.Replica.TryFind(op.Record.Forward, out FlowRecord4 old);
        ReplicaVerdict verdict = core.Replica.Decide(op.Record, core.NowSeconds, out FlowRecord4 current);
        Answer(node, op.Tag, verdict, old, current);
    }

    private void Claim(ushort node, in FlowOp op)
    {
        core.Replica.TryFind(op.Record.Forward, out FlowRecord4 old);
        ReplicaVerdict verdict = core.Replica.Claim(op.Record, core.NowSeconds, out FlowRecord4 current);
        Answer(node, op.Tag, verdict, old, current);
    }

    private void Answer(ushort node, uint tag, ReplicaVerdict verdict, in FlowRecord4 old, in FlowRecord4 current)
    {
        switch (verdict)
        {
            case ReplicaVerdict.Taken:
                core.TellOldOwner(old, current);
                core.Outbox.Send(node, FlowOpKind.Won, tag, current);
                break;
            case ReplicaVerdict.Refused:
                core.Outbox.Send(node, FlowOpKind.Lost, tag, current);
                break;
            default:
                core.Counters.Add(FlowDirectoryCounter.Full);
                core.Outbox.Send(node, FlowOpKind.Full, tag);
                break;
        }
    }

    private void Put(ushort node, in FlowOp op)
    {
        switch (core.Replica.Put(op.Record, core.NowSeconds, out FlowRecord4 other))
        {
            case ReplicaVerdict.Taken:
                core.Counters.Add(FlowDirectoryCounter.PutsTaken);
                core.TellOldOwner(other, op.Record);
                if (op.Tag != 0)
                    core.Outbox.Send(node, FlowOpKind.Ack, op.Tag);
                break;
            case ReplicaVerdict.Refused:
                core.Counters.Add(FlowDirectoryCounter.PutsRefused);
                core.TellOldOwner(op.Record, other);
                break;
            default:
                core.Counters.Add(FlowDirectoryCounter.Full);
                break;
        }
    }

    private void HearOfNewer(in FlowRecord4 record)
    {
        if (!core.Replica.TryFind(record.Forward, out FlowRecord4 held))
            return;
        if (core.Replica.Put(record, core.NowSeconds, out _) != ReplicaVerdict.Taken)
            return;
        if (core.IsOurs(held) && !core.IsOurs(record))
            core.LoseTo(held, record);
    }

    /// <summary>Whoever we believed to be the owner is not: ask again, and not ourselves.</summary>
    private void HearNotMine(ushort node, in FlowKey4 key)
    {
        if (core.Replica.TryFind(key, out FlowRecord4 held) && held.OwnerNode == node)
            core.Replica.Forget(key);
        core.Answers.Add(FlowAnswerKind.NotMine, key, default);
    }
}
