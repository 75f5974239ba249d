using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Replicas;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Directory;

/// <summary>Frames of no known flow: who has their key?</summary>
/// <remarks>Both replicas are asked at once; the first positive answer wins. "Nobody" is said only when both say so.
/// For
/// a quick question that is enough; otherwise a majority of the cell must be in view, this node settled, both replicas
/// complete in this node's view, and a second question must agree: then a reset may follow. Anything less is
/// "unavailable": silence.</remarks>
internal sealed class LookUps(DirectoryCore core, Decisions decisions, NegativeBudget budget, long startedNs)
{
    /// <summary>The pipeline asks.</summary>
    public void Begin(in FlowKey key, bool isQuick)
    {
        core.Counters.Add(FlowDirectoryCounter.LookUps);
        if (TryAnswerHere(key))
            return;
        if (!isQuick && !budget.HasLeft(key.Destination, core.NowNs))
        {
            Refuse(key, FlowDirectoryCounter.OverBudget);
            return;
        }
        uint tag = core.Questions.Begin(QuestionKind.LookUp);
        if (tag == 0)
        {
            Refuse(key, FlowDirectoryCounter.OverQuestions);
            return;
        }
        ref Question question = ref core.Questions[tag];
        question.Key = key;
        question.IsQuick = isQuick;
        question.EndNs = core.NowNs + core.Options.LookUpLimitNs;
        core.Questions.Schedule(tag, question.EndNs);
        Ask(tag);
    }

    /// <summary>A replica has it.</summary>
    public void OnFound(uint tag, in FlowRecord record)
    {
        if (!core.Questions.IsOpen(tag, QuestionKind.LookUp))
        {
            // The slower of two positives, mostly.
            core.Counters.Add(FlowDirectoryCounter.StrayAnswers);
            return;
        }
        FlowKey key = core.Questions[tag].Key;
        core.Questions.End(tag);
        // A replica may still believe us to be the owner when we know better.
        bool isNewerHere = core.Replica.TryFind(record.Forward, out FlowRecord held)
            && FlowReplica.IsNewer(held, record);
        decisions.Settle(key, isNewerHere ? held : record, round: 0);
    }

    /// <summary>A replica does not have it.</summary>
    public void OnNothing(uint tag, ushort node)
    {
        if (!core.Questions.IsOpen(tag, QuestionKind.LookUp))
        {
            core.Counters.Add(FlowDirectoryCounter.StrayAnswers);
            return;
        }
        ref Question question = ref core.Questions[tag];
        if (!StopWaitingFor(ref question, node) || question.Waiting > 0)
            return;
        ConcludeRound(tag);
    }

    /// <summary>A question ran into its time: the second round begins, or it ends.</summary>
    public void OnDue(uint tag)
    {
        ref Question question = ref core.Questions[tag];
        if (core.NowNs < question.EndNs)
        {
            core.Questions.Schedule(tag, question.EndNs);
            Ask(tag);
            return;
        }
        End(tag, FlowAnswerKind.Unavailable);
    }

    /// <summary>A node is gone: what waits for it asks those who hold now.</summary>
    public void OnDown(uint tag, ushort node)
    {
        ref Question question = ref core.Questions[tag];
        if (question.Waiting > 0 && (question.FirstNode == node || question.SecondNode == node))
            Ask(tag);
    }

    private void Ask(uint tag)
    {
        ref Question question = ref core.Questions[tag];
        ReadOnlySpan<ushort> readers = core.View.ReadersOf(core.View.ShardOf(question.Key));
        (question.FirstNode, question.SecondNode, question.Waiting) = (0, 0, 0);
        question.IsAuthoritative = IsAuthoritative(readers);
        foreach (ushort node in readers)
        {
            if (node == core.Self)
                continue;
            if (question.Waiting++ == 0)
                question.FirstNode = node;
            else
                question.SecondNode = node;
            core.Outbox.Send(node, FlowOpKind.LookUp, tag, question.Key);
        }
        if (question.Waiting == 0)
            ConcludeRound(tag);
    }

    private bool IsAuthoritative(ReadOnlySpan<ushort> readers)
    {
        if (readers.IsEmpty || !core.View.HasMajority || core.NowNs - startedNs < core.Options.SettlingNs)
            return false;
        foreach (ushort node in readers)
        {
            if (!core.IsComplete(node))
                return false;
        }
        return true;
    }

    private static bool StopWaitingFor(ref Question question, ushort node)
    {
        if (question.FirstNode == node)
            question.FirstNode = 0;
        else if (question.SecondNode == node)
            question.SecondNode = 0;
        else
            return false;
        question.Waiting--;
        return true;
    }

    private void ConcludeRound(uint tag)
    {
        ref Question question = ref core.Questions[tag];
        if (question.IsQuick)
        {
            End(tag, FlowAnswerKind.Absent);
        }
        else if (!question.IsAuthoritative)
        {
            End(tag, FlowAnswerKind.Unavailable);
        }
        else if (question.Round++ == 0)
        {
            core.Questions.Schedule(tag, core.NowNs + core.Options.SecondQuestionNs);
        }
        else
        {
            End(tag, FlowAnswerKind.Absent);
        }
    }

    private void End(uint tag, FlowAnswerKind kind)
    {
        (FlowKey key, bool isQuick) = (core.Questions[tag].Key, core.Questions[tag].IsQuick);
        core.Questions.End(tag);
        if (!isQuick)
            budget.Spend(key.Destination, core.NowNs);
        core.Counters.Add(
            kind == FlowAnswerKind.Absent ? FlowDirectoryCounter.Absent : FlowDirectoryCounter.Unavailable);
        core.Answers.Add(kind, key, default);
    }

    private void Refuse(in FlowKey key, FlowDirectoryCounter reason)
    {
        core.Counters.Add(reason);
        core.Answers.Add(FlowAnswerKind.Unavailable, key, default);
    }

    /// <summary>What we hold ourselves answers at once, where we have a part in it.</summary>
    private bool TryAnswerHere(in FlowKey key)
    {
        if (!core.Replica.TryFindLive(key, out FlowRecord record))
            return false;
        CellView view = core.View;
        if (!core.IsOurs(record) && !view.Writes(core.Self, record.Forward, record.Reverse, record.OwnerNode))
            return false;
        decisions.Settle(key, record, round: 0);
        return true;
    }
}
