using Google.Protobuf;
using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;
using Hyperplane.Health;

namespace Hyperplane.Agent.Health;

/// <summary>What this node's checks say goes out as votes; what the cell's nodes say by majority comes back as the
/// verdicts to follow.</summary>
/// <param name="mail">Where ballots go and come from.</param>
/// <param name="onDefect">Hears of a ballot that cannot be read: the node, and what is wrong.</param>
internal sealed class CellVotes(BallotMail mail, Action<int, string> onDefect)
{
    private readonly VoteBox _box = new();
    private readonly Dictionary<ProbeKey, VoteTopic> _topics = [];
    private long _countAtMs;

    /// <summary>What is voted on, and by whom, from now on.</summary>
    public void SetModel(NodeModel model)
    {
        _topics.Clear();
        foreach (TargetGroup group in model.CheckedGroups)
        {
            uint hash = SettingsHash(group);
            foreach (Target target in group.Targets)
                _topics.Add(new ProbeKey(group.Id, target.Id), new VoteTopic(group.Id, target.Id, hash));
        }

        _box.SetTopics([.. _topics.Values]);
        _box.SetNodes([.. model.Members.Select(member => member.Id).Where(id => id != model.Identity.Id)]);
    }

    /// <summary>Takes what came, and counts when something did or it is time to; true when there is another verdict to
    /// follow.</summary>
    /// <param name="nowMs">Since any fixed moment.</param>
    /// <param name="mustCount">Counts in any case.</param>
    public bool Turn(long nowMs, bool mustCount)
    {
        bool came = false;
        while (mail.TryTake(out (ushort Node, ReadOnlyMemory<byte> Page) arrived))
        {
            came = true;
            if (_box.OnPage(arrived.Node, arrived.Page.Span, nowMs) is { } defect)
                onDefect(arrived.Node, defect);
        }

        if (!came && !mustCount && nowMs < _countAtMs)
            return false;
        _countAtMs = nowMs + VoteTimes.IntervalMs;
        return _box.Count(nowMs);
    }

    /// <summary>Votes as the own checks say, and gives the verdicts to follow on all targets of the model.</summary>
    public IReadOnlyDictionary<ProbeKey, ProbeVerdict> Follow(
        IReadOnlyDictionary<ProbeKey, ProbeVerdict> own, long nowMs)
    {
        foreach ((ProbeKey key, VoteTopic topic) in _topics)
            _box.SetOwn(topic, own.GetValueOrDefault(key)?.State switch
            {
                ProbeState.Healthy => Vote.Healthy,
                ProbeState.Unhealthy => Vote.Unhealthy,
                _ => Vote.None,
            });
        mail.Send(_box.WriteOwn());
        _box.Count(nowMs);
        return _topics.ToDictionary(
            topic => topic.Key,
            topic => Followed(own.GetValueOrDefault(topic.Key) ?? ProbeVerdict.NotYet, _box.Followed(topic.Value)));
    }

    private static ProbeVerdict Followed(ProbeVerdict own, Vote verdict) => verdict switch
    {
        Vote.Healthy when own.State != ProbeState.Healthy => own with { State = ProbeState.Healthy, Own = own.State },
        Vote.Unhealthy when own.State != ProbeState.Unhealthy => own with
        {
            State = ProbeState.Unhealthy,
            Reason = HealthReasons.FailedHealthChecks,
            Detail = "most nodes that check it find it unhealthy",
            Own = own.State,
        },
        _ => own,
    };

    /// <summary>FNV-1a over what a check does; nodes that run different settings do not mix their votes.</summary>
    private static uint SettingsHash(TargetGroup group)
    {
        uint hash = 2_166_136_261;
        foreach (byte octet in group.HealthCheck.ToByteArray().Append(group.ProxyProtocol ? (byte)1 : (byte)0))
            hash = unchecked((hash ^ octet) * 16_777_619);
        return hash;
    }
}
