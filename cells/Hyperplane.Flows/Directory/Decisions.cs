using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Our own flows: their creation, their changes, their end; and the taking over of others'.</summary>
/// <remarks>The arbiter of a forward key decides; whoever becomes or is the owner then tells every other replica. When
/// we are the arbiter ourselves, a creation counts once another node has a copy.</remarks>
internal sealed class Decisions(DirectoryCore core)
{
    private const byte MostClaims = 4;
    private const int NodeShift = 48;

    private readonly Dictionary<FlowKey, uint> _inserts = [];

    /// <summary>The pipeline made a flow.</summary>
    public void Insert(in FlowRecord record)
    {
        if (_inserts.TryGetValue(record.Forward, out uint earlier))
            EndInsert(earlier);
        uint tag = core.Questions.Begin(QuestionKind.Insert);
        if (tag == 0)
        {
            core.Counters.Add(FlowDirectoryCounter.OverQuestions);
            return;
        }
        ref Question question = ref core.Questions[tag];
        question.Record = record with { Epoch = core.EpochNow };
        question.Key = record.Forward;
        question.EndNs = core.NowNs + core.Options.DecisionLimitNs;
        core.Questions.Schedule(tag, question.EndNs);
        _inserts[record.Forward] = tag;
        AskForDecision(tag);
    }

    /// <summary>Whether we asked to own a flow and the answer may be on its way.</summary>
    public bool IsUnderWay(in FlowRecord record)
    {
        foreach (uint tag in core.Questions.Open())
        {
            ref Question question = ref core.Questions[tag];
            if (question.Kind != QuestionKind.LookUp && question.Record.Incarnation == record.Incarnation)
                return true;
        }
        return false;
    }

    /// <summary>The pipeline changed or ended a flow of ours.</summary>
    public void Change(FlowRecord record)
    {
        uint tag = 0;
        if (_inserts.Count > 0 && _inserts.TryGetValue(record.Forward, out tag)
            && core.Questions[tag].Record.Incarnation == record.Incarnation)
        {
            // Told once it is decided.
            core.Questions[tag].Record.State = record.State;
            core.Questions[tag].Record.HeaderSequence = record.HeaderSequence;
            core.Questions[tag].Record.IdleTimeoutSeconds = record.IdleTimeoutSeconds;
            return;
        }
        bool isKnown = core.Replica.TryFind(record.Forward, out FlowRecord held);
        if (isKnown && held.Incarnation == record.Incarnation)
        {
            // Otherwise another node owns it by now, which the pipeline is about to read.
            if (core.IsOurs(held))
                Tell(record with { Epoch = held.Epoch });
        }
        else if (record.State != FlowRecordState.Tombstone)
        {
            // Its decision was never heard of.
            Insert(record);
        }
    }

    /// <summary>Begins to take a flow over, as it was found.</summary>
    /// <param name="key">As the pipeline asked for it.</param>
    /// <param name="found">With an owner that is gone or leaves.</param>
    /// <param name="round">Claims before, of the same question.</param>
    /// <param name="isOfInsert">Whether the pipeline has a flow of its own under the key.</param>
    public void Claim(in FlowKey key, in FlowRecord found, byte round, bool isOfInsert = false)
    {
        uint tag = round < MostClaims ? core.Questions.Begin(QuestionKind.Claim) : 0;
        if (tag == 0)
        {
            core.Counters.Add(FlowDirectoryCounter.Unavailable);
            core.Answers.Add(FlowAnswerKind.Unavailable, key, default);
            return;
        }
        ref Question question = ref core.Questions[tag];
        question.Key = key;
        question.Round = round;
        question.IsOfInsert = isOfInsert;
        question.Record = found;
        question.EndNs = core.NowNs + core.Options.DecisionLimitNs;
        core.Questions.Schedule(tag, question.EndNs);
        AskForClaim(tag);
    }

    /// <summary>The arbiter said yes.</summary>
    public void OnWon(uint tag, in FlowRecord record)
    {
        if (core.Questions.IsOpen(tag, QuestionKind.Insert))
            WinInsert(tag, record);
        else if (core.Questions.IsOpen(tag, QuestionKind.Claim))
            WinClaim(tag, record, old: core.Questions[tag].Record);
        else
            core.Counters.Add(FlowDirectoryCounter.StrayAnswers);
    }

    /// <summary>The arbiter said no, or had no room.</summary>
    /// <param name="tag">Of the question.</param>
    /// <param name="record">What has the key; its state is None when there was no room.</param>
    public void OnLost(uint tag, in FlowRecord record)
    {
        if (core.Questions.IsOpen(tag, QuestionKind.Insert))
        {
            (FlowKey key, ulong incarnation) = (core.Questions[tag].Key, core.Questions[tag].Record.Incarnation);
            if (IsForerunner(record, incarnation))
            {
                Tell(record with { State = FlowRecordState.Tombstone });
                AskForDecision(tag);
                return;
            }
            ushort arbiter = core.Questions[tag].FirstNode;
            if (arbiter != core.Self && core.IsOutdone(record, out FlowRecord over) && !FlowReplica.IsLive(over))
            {
                // The arbiter did not hear of the end of the flow before.
                core.Outbox.Send(arbiter, FlowOpKind.Put, 0, over);
                AskForDecision(tag);
                return;
            }
            EndInsert(tag);
            if (record.State == FlowRecordState.None)
                core.Counters.Add(FlowDirectoryCounter.Full);
            else
                LoseInsert(key, record);
        }
        else if (core.Questions.IsOpen(tag, QuestionKind.Claim))
        {
            Question claim = core.Questions[tag];
            core.Questions.End(tag);
            core.Counters.Add(FlowDirectoryCounter.ClaimsLost);
            Settle(claim.Key, record, (byte)(claim.Round + 1), claim.IsOfInsert);
        }
        else
        {
            core.Counters.Add(FlowDirectoryCounter.StrayAnswers);
        }
    }

    /// <summary>Another node has a copy of what we decided.</summary>
    public void OnAck(uint tag)
    {
        // The first copy counts; those that follow find the question answered.
        if (core.Questions.IsOpen(tag, QuestionKind.Copy))
            EndCopy(tag);
    }

    /// <summary>A question of ours ran into its time.</summary>
    public void OnDue(uint tag)
    {
        ref Question question = ref core.Questions[tag];
        if (question.Kind == QuestionKind.Copy)
        {
            EndCopy(tag);
        }
        else if (question.Kind == QuestionKind.Insert)
        {
            core.Counters.Add(FlowDirectoryCounter.Undecided);
            EndInsert(tag);
        }
        else
        {
            FlowKey key = question.Key;
            core.Questions.End(tag);
            core.Counters.Add(FlowDirectoryCounter.Unavailable);
            core.Answers.Add(FlowAnswerKind.Unavailable, key, default);
        }
    }

    /// <summary>A node is gone: what waits for it asks the next one.</summary>
    public void OnDown(uint tag, ushort node)
    {
        ref Question question = ref core.Questions[tag];
        if (question.Kind == QuestionKind.Copy)
        {
            // Whatever copies were under way, the walk over the changed cell sends the record again.
            EndCopy(tag);
            return;
        }
        if (question.FirstNode != node)
            return;
        if (question.Kind == QuestionKind.Insert)
            AskForDecision(tag);
        else if (question.Kind == QuestionKind.Claim)
            AskForClaim(tag);
    }

    /// <summary>What a record that was found means for a key that was asked for.</summary>
    public void Settle(in FlowKey key, in FlowRecord record, byte round, bool isOfInsert = false)
    {
        if (!FlowReplica.IsLive(record))
        {
            core.Counters.Add(FlowDirectoryCounter.Unavailable);
            core.Answers.Add(FlowAnswerKind.Unavailable, key, default);
        }
        else if (core.IsOurs(record))
        {
            core.Answers.Add(FlowAnswerKind.Own, key, record);
        }
        else if (core.CanRelay(record))
        {
            core.Counters.Add(FlowDirectoryCounter.Relayed);
            core.Answers.Add(isOfInsert ? FlowAnswerKind.Lost : FlowAnswerKind.Relay, key, record);
        }
        else
        {
            Claim(key, record, round, isOfInsert);
        }
    }

    private void AskForDecision(uint tag)
    {
        ref Question question = ref core.Questions[tag];
        ReadOnlySpan<ushort> readers = core.View.ReadersOf(core.View.ShardOf(question.Key));
        question.FirstNode = readers.IsEmpty ? core.Self : readers[0];
        if (question.FirstNode != core.Self)
        {
            core.Outbox.Send(question.FirstNode, FlowOpKind.Decide, tag, question.Record);
            return;
        }
        ReplicaVerdict verdict = core.Replica.Decide(
            question.Record, core.NowSeconds, out FlowRecord old, out FlowRecord current);
        if (verdict == ReplicaVerdict.Taken)
        {
            core.TellOldOwner(old, current);
            WinInsert(tag, current);
        }
        else
        {
            OnLost(tag, verdict == ReplicaVerdict.Full ? default : current);
        }
    }

    private void AskForClaim(uint tag)
    {
        ref Question question = ref core.Questions[tag];
        ReadOnlySpan<ushort> readers = core.View.ReadersOf(core.View.ShardOf(question.Record.Forward));
        question.FirstNode = readers.IsEmpty ? core.Self : readers[0];
        FlowRecord wanted = question.Record with { OwnerNode = core.Self, OwnerStart = core.Options.Start };
        // Whoever sends a frame of it went on with it.
        if (wanted.State == FlowRecordState.Opening)
            wanted.State = FlowRecordState.Established;
        if (question.FirstNode != core.Self)
        {
            core.Outbox.Send(question.FirstNode, FlowOpKind.Claim, tag, wanted);
            return;
        }
        FlowRecord old = question.Record;
        ReplicaVerdict verdict = core.Replica.Claim(wanted, core.NowSeconds, out _, out FlowRecord current);
        if (verdict == ReplicaVerdict.Taken)
            WinClaim(tag, current, old);
        else
            OnLost(tag, current);
    }

    private void WinInsert(uint tag, in FlowRecord decided)
    {
        ref Question question = ref core.Questions[tag];
        bool decidedHere = question.FirstNode == core.Self;
        FlowRecord record = core.Outlive(question.Record with { Epoch = decided.Epoch });
        core.Counters.Add(FlowDirectoryCounter.Won);
        _inserts.Remove(question.Key);
        int told = core.Publish(record, decidedHere ? tag : 0);
        if (!decidedHere || told == 0)
        {
            if (decidedHere)
                core.Counters.Add(FlowDirectoryCounter.WonAlone);
            core.Questions.End(tag);
            core.Answers.Add(FlowAnswerKind.Won, record.Forward, record);
            return;
        }
        question.Kind = QuestionKind.Copy;
        question.Record = record;
    }

    private void EndCopy(uint tag)
    {
        FlowRecord record = core.Questions[tag].Record;
        core.Questions.End(tag);
        core.Answers.Add(FlowAnswerKind.Won, record.Forward, record);
    }

    private void WinClaim(uint tag, FlowRecord record, in FlowRecord old)
    {
        Question claim = core.Questions[tag];
        FlowKey key = claim.Key;
        core.Questions.End(tag);
        if (core.IsOutdone(record, out FlowRecord newer))
        {
            // Whoever decided did not hear of that owner, or of the end.
            if (claim.FirstNode != core.Self)
                core.Outbox.Send(claim.FirstNode, FlowOpKind.Put, 0, newer);
            core.Counters.Add(FlowDirectoryCounter.ClaimsLost);
            Settle(key, newer, (byte)(claim.Round + 1), claim.IsOfInsert);
            return;
        }
        core.Counters.Add(FlowDirectoryCounter.Claimed);
        core.Publish(record);
        core.TellOldOwner(old, record);
        core.Answers.Add(FlowAnswerKind.Own, key, record);
    }

    private void LoseInsert(in FlowKey key, in FlowRecord winner)
    {
        core.Counters.Add(FlowDirectoryCounter.Lost);
        if (core.IsOurs(winner))
            core.Answers.Add(FlowAnswerKind.Own, key, winner);
        else if (core.CanRelay(winner))
            core.Answers.Add(FlowAnswerKind.Lost, key, winner);
        else
            Claim(key, winner, round: 0, isOfInsert: true);
    }

    /// <summary>Whether a key is held by a flow that this start made before, and whose fate the arbiter never heard
    /// because the next one came first.</summary>
    private bool IsForerunner(in FlowRecord record, ulong incarnation) =>
        record.State == FlowRecordState.Opening && core.IsOurs(record) && record.Incarnation < incarnation
        && record.Incarnation >> NodeShift == core.Self;

    private void Tell(in FlowRecord record)
    {
        core.Publish(record);
        if (record.State != FlowRecordState.Tombstone
            || !core.LeaseHolders.TryGetValue(record.Snat, out ushort holder)
            || holder == core.Self || !core.View[holder].IsAlive)
            return;
        core.Outbox.Send(holder, FlowOpKind.PortFreed, 0, record);
    }

    private void EndInsert(uint tag)
    {
        _inserts.Remove(core.Questions[tag].Key);
        core.Questions.End(tag);
    }
}
