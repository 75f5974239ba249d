using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Answers other nodes for the records we hold, and passes on what they tell us about our flows.</summary>
internal sealed class ReplicaHost : IReplicaAnswers
{
    private readonly DirectoryCore _core;
    private readonly ReplicaServer _server;

    public ReplicaHost(DirectoryCore core)
    {
        _core = core;
        _server = new ReplicaServer(core.Replica, this);
    }

    /// <summary>What another member asks or tells.</summary>
    public void Handle(ushort node, in FlowOp op)
    {
        if (_server.TryHandle(node, op, _core.NowSeconds))
            return;
        switch (op.Kind)
        {
            case FlowOpKind.Newer:
                HearOfNewer(op.Tag, op.Record);
                break;
            case FlowOpKind.PortFreed:
                _core.Answers.Add(FlowAnswerKind.PortFreed, op.Record.Forward, op.Record);
                break;
            case FlowOpKind.NotMine:
                HearNotMine(node, op.Key);
                break;
        }
    }

    /// <summary>Our pipeline got a relayed frame of no flow of ours.</summary>
    public void NotOurs(ushort node, in FlowKey4 key)
    {
        if (_core.Replica.TryFindLive(key, out FlowRecord4 record) && _core.IsOurs(record))
            _core.Answers.Add(FlowAnswerKind.Own, key, record);
        else if (_core.View[node].IsAlive)
            _core.Outbox.Send(node, FlowOpKind.NotMine, 0, key);
    }

    /// <summary>Forgets what a slot holds when its time is over, or when we have no part in it any more.</summary>
    public bool SweepAt(int slot, bool mayPrune)
    {
        if (_core.Replica.ExpireAt(slot, _core.NowSeconds))
            return true;
        FlowRecord4 record = _core.Replica.At(slot);
        if (!mayPrune || record.State == FlowRecordState.None || _core.HasPart(record))
            return false;
        _core.Replica.ForgetAt(slot);
        return true;
    }

    /// <inheritdoc/>
    void IReplicaAnswers.Answer(ushort node, FlowOpKind kind, uint tag, in FlowRecord4 record) =>
        _core.Outbox.Send(node, kind, tag, record);

    /// <inheritdoc/>
    void IReplicaAnswers.Answer(ushort node, FlowOpKind kind, uint tag) => _core.Outbox.Send(node, kind, tag);

    /// <inheritdoc/>
    void IReplicaAnswers.TellOldOwner(in FlowRecord4 old, in FlowRecord4 current)
    {
        _core.TellOldOwner(old, current);
        if (old.State == FlowRecordState.None || old.Incarnation != current.Incarnation)
            _core.NotePort(current);
    }

    /// <inheritdoc/>
    bool IReplicaAnswers.HasPart(in FlowRecord4 record) => _core.HasPart(record);

    /// <inheritdoc/>
    void IReplicaAnswers.Count(FlowDirectoryCounter counter) => _core.Counters.Add(counter);

    private void HearOfNewer(uint meantFor, in FlowRecord4 record)
    {
        if (meantFor != 0 && meantFor != _core.Self)
        {
            PassOn(meantFor, record);
            return;
        }
        if (!_core.Replica.TryFind(record.Forward, out FlowRecord4 held))
            return;
        if (_core.Replica.Put(record, _core.NowSeconds, out _) != ReplicaVerdict.Taken)
            return;
        if (_core.IsOurs(held) && !_core.IsOurs(record))
            _core.LoseTo(held, record);
    }

    /// <summary>A replica that lives elsewhere reaches only who asks it.</summary>
    private void PassOn(uint node, in FlowRecord4 record)
    {
        bool isNode = node <= ushort.MaxValue && !_core.Options.IsReplica((ushort)node);
        if (isNode && _core.View[(ushort)node].IsAlive)
            _core.Outbox.Send((ushort)node, FlowOpKind.Newer, 0, record);
    }

    /// <summary>Whoever we believed to be the owner is not. A flow that its owner does not know is over, and nobody
    /// else would say so: its record would stand in the way of the next flow of the key for as long as anybody
    /// holds it.</summary>
    private void HearNotMine(ushort node, in FlowKey4 key)
    {
        if (_core.Replica.TryFind(key, out FlowRecord4 held) && held.OwnerNode == node)
        {
            if (FlowReplica.IsLive(held) && _core.View.IsAlive(held.OwnerNode, held.OwnerStart))
                _core.Bury(held);
            else
                _core.Replica.Forget(key);
        }
        _core.Answers.Add(FlowAnswerKind.NotMine, key, default);
    }
}
