using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Answers other nodes for the records we hold, and passes on what they tell us about our flows.</summary>
internal sealed class ReplicaHost : IReplicaAnswers
{
    /// <summary>How long what others believe about us may differ from what is.</summary>
    public const int PruneAfterSeconds = 5;

    /// <summary>How long an owner may not know that it is one: a decision is tried for a second.</summary>
    private const int UnheardSeconds = 2;

    private readonly DirectoryCore _core;
    private readonly Decisions _decisions;
    private readonly Synchroniser _synchroniser;
    private readonly ReplicaServer _server;

    public ReplicaHost(DirectoryCore core, Decisions decisions, Synchroniser synchroniser)
    {
        (_core, _decisions, _synchroniser) = (core, decisions, synchroniser);
        _server = new ReplicaServer(core.Replica, this);
    }

    /// <summary>What another member asks or tells.</summary>
    public void Handle(ushort node, in FlowOp op)
    {
        if (op.Kind == FlowOpKind.Put && FlowReplica.IsLive(op.Record) && _core.IsOurs(op.Record))
        {
            HearOfOurs(node, op.Record);
            return;
        }
        if (op.Kind == FlowOpKind.Put)
            AskItsOwner(node, op.Record);
        if (_server.TryHandle(node, op, HeardSeconds(node, op.Record)))
            return;
        switch (op.Kind)
        {
            case FlowOpKind.Newer:
                HearOfNewer(node, op.Tag, op.Record);
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
    public void NotOurs(ushort node, in FlowKey key)
    {
        if (_core.Replica.TryFindLive(key, out FlowRecord record) && _core.IsOurs(record))
            _core.Answers.Add(FlowAnswerKind.Own, key, record);
        else
            TellNotMine(node, key);
    }

    /// <summary>Whoever relayed may have it from a holder's word.</summary>
    private void TellNotMine(ushort relayedBy, in FlowKey key)
    {
        if (_core.View[relayedBy].IsAlive)
            _core.Outbox.Send(relayedBy, FlowOpKind.NotMine, 0, key);
        foreach (ushort reader in _core.View.ReadersOf(_core.View.ShardOf(key)))
        {
            if (reader != _core.Self && reader != relayedBy && !_core.Options.IsReplica(reader))
                _core.Outbox.Send(reader, FlowOpKind.NotMine, 0, key);
        }
    }

    /// <summary>Forgets what a slot holds when its time is over, or when we have no part in it any more.</summary>
    public bool SweepAt(int slot, bool mayPrune)
    {
        if (_core.Replica.ExpireAt(slot, _core.NowSeconds))
            return true;
        FlowRecord record = _core.Replica.At(slot);
        if (!mayPrune || record.State == FlowRecordState.None || _core.HasPart(record))
            return false;
        // Whoever sent it just now may know of a change that we do not.
        if (_core.Replica.AgeAt(slot, _core.NowSeconds) <= PruneAfterSeconds)
            return false;
        _core.Replica.ForgetAt(slot);
        return true;
    }

    /// <inheritdoc/>
    void IReplicaAnswers.Answer(ushort node, FlowOpKind kind, uint tag, in FlowRecord record) =>
        _core.Outbox.Send(node, kind, tag, record);

    /// <inheritdoc/>
    void IReplicaAnswers.Answer(ushort node, FlowOpKind kind, uint tag) => _core.Outbox.Send(node, kind, tag);

    /// <inheritdoc/>
    void IReplicaAnswers.TellOldOwner(in FlowRecord old, in FlowRecord current)
    {
        _core.TellOldOwner(old, current);
        if (old.State == FlowRecordState.None || old.Incarnation != current.Incarnation)
            _core.NotePort(current);
    }

    /// <inheritdoc/>
    bool IReplicaAnswers.HasPart(in FlowRecord record) => _core.HasPart(record);

    /// <inheritdoc/>
    void IReplicaAnswers.Count(FlowDirectoryCounter counter) => _core.Counters.Add(counter);

    private void HearOfNewer(ushort node, uint meantFor, in FlowRecord record)
    {
        if (meantFor != 0 && meantFor != _core.Self)
        {
            PassOn(meantFor, record);
            return;
        }
        if (!_core.Replica.TryFind(record.Forward, out FlowRecord held))
            return;
        if (held.Incarnation != record.Incarnation)
            AskItsOwner(node, record);
        if (_core.Replica.Put(record, HeardSeconds(node, record), out _) != ReplicaVerdict.Taken)
            return;
        if (_core.IsOurs(held) && !_core.IsOurs(record))
            _core.LoseTo(held, record);
    }

    /// <summary>What its owner did not say itself counts as older than all that it says from this second on.</summary>
    private uint HeardSeconds(ushort node, in FlowRecord record) =>
        node == record.OwnerNode ? _synchroniser.HeardSeconds(node) : _core.NowSeconds - 1;

    /// <summary>Another node than its owner says that there is a flow, which is news here. It takes that owner for
    /// dead, and may have missed the flow's end.</summary>
    private void AskItsOwner(ushort node, in FlowRecord record)
    {
        if (node == record.OwnerNode || !FlowReplica.IsLive(record)
            || !_core.View.IsAlive(record.OwnerNode, record.OwnerStart) || !_core.Outbox.IsQuick(record.OwnerNode))
            return;
        bool isKnown = _core.Replica.TryFindLive(record.Forward, out FlowRecord held)
            && held.Incarnation == record.Incarnation && held.OwnerStart == record.OwnerStart;
        if (!isKnown)
            _core.Outbox.Send(record.OwnerNode, FlowOpKind.Put, 0, record);
    }

    /// <summary>Another node believes that we have a flow. Where that is not so, we are the one to say it.</summary>
    private void HearOfOurs(ushort node, in FlowRecord record)
    {
        bool isHeld = _core.Replica.TryFind(record.Forward, out FlowRecord held);
        if (isHeld && FlowReplica.IsNewer(held, record))
            _core.Outbox.Send(node, FlowOpKind.Put, 0, held);
        else if ((!isHeld || held.Incarnation != record.Incarnation) && _core.Replica.HasRoom
            && !_decisions.IsUnderWay(record))
            _core.Outbox.Send(node, FlowOpKind.Put, 0, _core.Bury(record));
    }

    /// <summary>A replica that lives elsewhere reaches only who asks it.</summary>
    private void PassOn(uint node, in FlowRecord record)
    {
        bool isNode = node <= ushort.MaxValue && !_core.Options.IsReplica((ushort)node);
        if (isNode && _core.View[(ushort)node].IsAlive)
            _core.Outbox.Send((ushort)node, FlowOpKind.Newer, 0, record);
    }

    /// <summary>Whoever we believed to be the owner is not. A flow that its owner does not know is over, and nobody
    /// else would say so: its record would stand in the way of the next flow of the key for as long as anybody
    /// holds it. One that was just decided upon its owner may not have heard of.</summary>
    private void HearNotMine(ushort node, in FlowKey key)
    {
        if (_core.Replica.TryFindLive(key, out FlowRecord held, out uint heardSeconds) && held.OwnerNode == node
            && _core.View.IsAlive(node, held.OwnerStart) && (int)(_core.NowSeconds - heardSeconds) > UnheardSeconds)
            _core.Bury(held);
        _core.Answers.Add(FlowAnswerKind.NotMine, key, default);
    }
}
