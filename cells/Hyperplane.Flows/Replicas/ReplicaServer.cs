using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Replicas;

/// <summary>Answers for the records of a replica, wherever it lives.</summary>
public sealed class ReplicaServer(FlowReplica replica, IReplicaAnswers answers)
{
    /// <summary>Does what a node asks of a replica; false when the operation is none of a replica's.</summary>
    /// <param name="node">Who asks.</param>
    /// <param name="op">What.</param>
    /// <param name="nowSeconds">Time of any fixed origin.</param>
    public bool TryHandle(ushort node, in FlowOp op, uint nowSeconds)
    {
        switch (op.Kind)
        {
            case FlowOpKind.Decide:
                Decide(node, op, nowSeconds);
                return true;
            case FlowOpKind.Claim:
                Claim(node, op, nowSeconds);
                return true;
            case FlowOpKind.Put:
                Put(node, op, nowSeconds);
                return true;
            case FlowOpKind.LookUp:
                if (replica.TryFindLive(op.Key, out FlowRecord record))
                    answers.Answer(node, FlowOpKind.Found, op.Tag, record);
                else
                    answers.Answer(node, FlowOpKind.Nothing, op.Tag);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether there was a record before, of another owner.</summary>
    internal static bool HasOtherOwner(in FlowRecord old, in FlowRecord current) =>
        old.State != FlowRecordState.None
        && (old.OwnerNode != current.OwnerNode || old.OwnerStart != current.OwnerStart);

    private void Decide(ushort node, in FlowOp op, uint nowSeconds)
    {
        ReplicaVerdict verdict = replica.Decide(
            op.Record, nowSeconds, out FlowRecord old, out FlowRecord current);
        Answer(node, op.Tag, verdict, old, current);
    }

    private void Claim(ushort node, in FlowOp op, uint nowSeconds)
    {
        ReplicaVerdict verdict = replica.Claim(
            op.Record, nowSeconds, out FlowRecord old, out FlowRecord current);
        Answer(node, op.Tag, verdict, old, current);
    }

    private void Answer(ushort node, uint tag, ReplicaVerdict verdict, in FlowRecord old, in FlowRecord current)
    {
        switch (verdict)
        {
            case ReplicaVerdict.Taken:
                answers.Count(FlowDirectoryCounter.Decided);
                answers.TellOldOwner(old, current);
                answers.Answer(node, FlowOpKind.Won, tag, current);
                break;
            case ReplicaVerdict.Refused:
                answers.Answer(node, FlowOpKind.Lost, tag, current);
                break;
            default:
                answers.Count(FlowDirectoryCounter.Full);
                answers.Answer(node, FlowOpKind.Full, tag);
                break;
        }
    }

    private void Put(ushort node, in FlowOp op, uint nowSeconds)
    {
        switch (replica.Put(op.Record, nowSeconds, out FlowRecord other))
        {
            case ReplicaVerdict.Taken:
                answers.Count(FlowDirectoryCounter.PutsTaken);
                answers.TellOldOwner(other, op.Record);
                if (op.Tag != 0)
                    answers.Answer(node, FlowOpKind.Ack, op.Tag);
                break;
            case ReplicaVerdict.Refused when other.Incarnation != op.Record.Incarnation && !answers.HasPart(other):
                // Nobody tells us any more what became of it.
                replica.Forget(other.Forward);
                Put(node, op, nowSeconds);
                break;
            case ReplicaVerdict.Refused:
                answers.Count(FlowDirectoryCounter.PutsRefused);
                answers.TellOldOwner(op.Record, other);
                break;
            default:
                answers.Count(FlowDirectoryCounter.Full);
                break;
        }
    }
}
