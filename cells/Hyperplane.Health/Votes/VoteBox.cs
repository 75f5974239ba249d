namespace Hyperplane.Health;

/// <summary>Counts the votes of a cell's nodes on the targets that this node checks: ballots and time in, verdicts out;
/// no socket, no clock.</summary>
/// <remarks>
/// Followed is what more than half of the fresh votes say, this node's own among them; of equally many the healthy ones
/// win, so a target goes out only when more than half say so, and every node that has the same votes follows the same.
/// Alone, a node follows its own vote; when nobody votes, what was followed last stays. Memory: targets × nodes. Not
/// safe for many threads.
/// </remarks>
public sealed class VoteBox
{
    private readonly Dictionary<ushort, NodeVotes> _nodes = [];
    private Dictionary<VoteTopic, int> _index = [];
    private VoteTopic[] _topics = [];
    private Vote[] _own = [];
    private Vote[] _followed = [];

    /// <summary>Replaces what is voted on; votes and verdicts on what stays are kept.</summary>
    /// <exception cref="ArgumentException">A topic is listed twice.</exception>
    public void SetTopics(IReadOnlyList<VoteTopic> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var index = new Dictionary<VoteTopic, int>(topics.Count);
        int[] from = new int[topics.Count];
        for (int i = 0; i < topics.Count; i++)
        {
            index.Add(topics[i], i);
            from[i] = _index.GetValueOrDefault(topics[i], -1);
        }

        (_own, _followed) = (Move(_own, from), Move(_followed, from));
        foreach (NodeVotes node in _nodes.Values)
            (node.Votes, node.FreshUntilMs) = (Move(node.Votes, from), Move(node.FreshUntilMs, from));
        (_topics, _index) = ([.. topics], index);
    }

    /// <summary>The other nodes of the cell; votes of those that left do not count any more.</summary>
    public void SetNodes(IReadOnlyCollection<ushort> nodes)
    {
        foreach (ushort left in _nodes.Keys.Except(nodes).ToList())
            _nodes.Remove(left);
        foreach (ushort node in nodes)
            _nodes.TryAdd(node, new NodeVotes(_topics.Length));
    }

    /// <summary>What this node itself says; true when it said something else before.</summary>
    public bool SetOwn(VoteTopic topic, Vote vote)
    {
        if (!_index.TryGetValue(topic, out int i) || _own[i] == vote)
            return false;
        _own[i] = vote;
        return true;
    }

    /// <summary>Takes a page of another node's ballot; null, or what is wrong with it. Votes on what this node does not
    /// check in the same way, and those of a node that is not of the cell, are passed over.</summary>
    public string? OnPage(ushort node, ReadOnlySpan<byte> page, long nowMs)
    {
        NodeVotes votes = _nodes.GetValueOrDefault(node) ?? new NodeVotes(_topics.Length);
        return Ballot.Read(page, (topic, vote, pages) =>
        {
            if (!_index.TryGetValue(topic, out int i))
                return;
            votes.Votes[i] = vote;
            votes.FreshUntilMs[i] = nowMs + (VoteTimes.FreshRounds * VoteTimes.IntervalMs * pages);
        });
    }

    /// <summary>Counts; true when a verdict is another than at the last count.</summary>
    public bool Count(long nowMs)
    {
        bool changed = false;
        for (int i = 0; i < _followed.Length; i++)
        {
            (int healthy, int unhealthy) = Of(_own[i]);
            foreach (NodeVotes node in _nodes.Values)
            {
                if (node.FreshUntilMs[i] <= nowMs)
                    continue;
                (int oneHealthy, int oneUnhealthy) = Of(node.Votes[i]);
                (healthy, unhealthy) = (healthy + oneHealthy, unhealthy + oneUnhealthy);
            }

            if (healthy + unhealthy == 0)
                continue;
            Vote verdict = unhealthy > healthy ? Vote.Unhealthy : Vote.Healthy;
            changed |= verdict != _followed[i];
            _followed[i] = verdict;
        }

        return changed;
    }

    /// <summary>The verdict of the last count; <see cref="Vote.None"/> when nobody voted yet.</summary>
    public Vote Followed(VoteTopic topic) => _index.TryGetValue(topic, out int i) ? _followed[i] : Vote.None;

    /// <summary>What this node has to say, in pages.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> WriteOwn() => Ballot.Write(_topics, _own);

    private static (int Healthy, int Unhealthy) Of(Vote vote) =>
        (vote == Vote.Healthy ? 1 : 0, vote == Vote.Unhealthy ? 1 : 0);

    private static T[] Move<T>(T[] old, int[] from)
        where T : struct
    {
        var moved = new T[from.Length];
        for (int i = 0; i < from.Length; i++)
        {
            if (from[i] >= 0)
                moved[i] = old[from[i]];
        }

        return moved;
    }

    private sealed class NodeVotes(int count)
    {
        public Vote[] Votes { get; set; } = new Vote[count];

        public long[] FreshUntilMs { get; set; } = new long[count];
    }
}
