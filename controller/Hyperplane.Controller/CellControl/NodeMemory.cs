using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.CellControl;

/// <summary>What was last written of a node, so that only changes are written and told.</summary>
internal sealed class NodeMemory
{
    private readonly Dictionary<uint, (TargetHealth.Types.State State, int Text)> _votes = [];
    private NodeReport? _last;
    private byte[] _counts = [];

    /// <summary>Whether its votes were written: otherwise the database may hold some that nobody remembers.</summary>
    public bool HasVotes { get; private set; }

    /// <summary>The list that they are of.</summary>
    public TargetsKey Targets { get; private set; } = TargetsKey.None;

    /// <summary>Whether the report says anything that a status shows, votes apart.</summary>
    public bool IsNews(NodeReport report) =>
        _last is null
        || _last.RunningVersion != report.RunningVersion
        || _last.RefusedVersion != report.RefusedVersion
        || _last.Refusal != report.Refusal
        || _last.Draining != report.Draining
        || !_last.Announced.Equals(report.Announced)
        || !_last.UnservedGroups.Equals(report.UnservedGroups)
        || !_last.Peers.Equals(report.Peers);

    /// <summary>The votes that are not as they were, and the targets without a vote any more; nothing when the report
    /// leaves targets out.</summary>
    public VoteChanges Compare(NodeReport report)
    {
        if (report.TargetsLeftOut)
            return VoteChanges.None;
        var changed = new Dictionary<uint, TargetHealth>();
        var gone = new HashSet<uint>(_votes.Keys);
        foreach (TargetHealth target in report.Targets)
        {
            if (!IsVote(target))
                continue;
            gone.Remove(target.TargetId);
            if (!_votes.TryGetValue(target.TargetId, out (TargetHealth.Types.State State, int Text) vote)
                || vote != Digest(target))
                changed[target.TargetId] = target;
        }

        return new VoteChanges([.. changed.Values.OrderBy(target => target.TargetId)], [.. gone.Order()]);
    }

    /// <summary>Whether counters of this start were written before.</summary>
    public bool KnowsCountersOf(ulong start) => _last?.Start == start;

    /// <summary>Whether a node counted anything since.</summary>
    public bool HasCounted(byte[] counts) => !_counts.AsSpan().SequenceEqual(counts);

    /// <summary>Votes were written by somebody else.</summary>
    public void ForgetVotes()
    {
        _votes.Clear();
        (HasVotes, Targets) = (false, TargetsKey.None);
    }

    /// <summary>It was written.</summary>
    public void Remember(NodeReport report, VoteChanges votes, byte[] counts)
    {
        _last = report;
        _counts = counts;
        if (!report.TargetsLeftOut)
            (HasVotes, Targets) = (true, TargetsKey.Of(report));
        foreach (TargetHealth target in votes.Changed)
            _votes[target.TargetId] = Digest(target);
        foreach (uint target in votes.Gone)
            _votes.Remove(target);
        // Thousands of messages that nobody reads again.
        report.Targets.Clear();
    }

    // When the check ended is written with what else changed: each probe has another time.
    // A draining or unused target is judged by what is wanted, not by votes.
    private static bool IsVote(TargetHealth target) => target.State
        is TargetHealth.Types.State.Initial
        or TargetHealth.Types.State.Healthy
        or TargetHealth.Types.State.Unhealthy
        or TargetHealth.Types.State.UnhealthyDraining;

    private static (TargetHealth.Types.State State, int Text) Digest(TargetHealth target) =>
        (target.State, HashCode.Combine(target.Reason, target.Detail, target.Vote, target.Sent, target.Received));
}
