using System.Collections.Frozen;
using Hyperplane.Agent.Model;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Health;

/// <summary>Which targets shall keep no flow because they failed, and since when they have.</summary>
/// <remarks>A group with too few healthy targets sends flows to all (fail-open): then none are ended.</remarks>
public sealed class FlowEndings
{
    private readonly Dictionary<ProbeKey, TimeSpan> _failedAt = [];
    private TimeSpan? _next;

    /// <summary>Targets that failed and whose flows go on until an interval is over; as of the last reading.</summary>
    public IReadOnlySet<ProbeKey> Pending { get; private set; } = FrozenSet<ProbeKey>.Empty;

    /// <summary>Whether another target's time is over.</summary>
    /// <param name="now">Since any fixed moment.</param>
    public bool IsDue(TimeSpan now) => _next <= now;

    /// <summary>The targets whose flows are to be ended now.</summary>
    public IReadOnlySet<ProbeKey> Read(
        NodeModel model, IReadOnlyDictionary<ProbeKey, ProbeVerdict> verdicts, TimeSpan now)
    {
        var ended = new HashSet<ProbeKey>();
        var failed = new HashSet<ProbeKey>();
        var pending = new HashSet<ProbeKey>();
        _next = null;
        foreach (TargetGroup group in model.CheckedGroups.Where(g => g.UnhealthyFlows is not null))
        {
            ProbeState? State(Target target) => verdicts.GetValueOrDefault(new ProbeKey(group.Id, target.Id))?.State;
            List<Target> open = [.. group.Targets.Where(t => !t.Draining && t.Weight > 0)];
            bool isOpen = !NodeModel.HasEnough(group, open.Count(t => State(t) == ProbeState.Healthy), open.Count);
            var after = TimeSpan.FromMilliseconds(group.UnhealthyFlows.EndAfterMs);
            foreach (Target target in group.Targets.Where(t => !t.Draining && State(t) == ProbeState.Unhealthy))
            {
                var key = new ProbeKey(group.Id, target.Id);
                failed.Add(key);
                _failedAt.TryAdd(key, now);
                TimeSpan end = _failedAt[key] + after;
                if (isOpen)
                    continue;
                if (end <= now)
                {
                    ended.Add(key);
                    continue;
                }

                pending.Add(key);
                if (_next is null || end < _next)
                    _next = end;
            }
        }

        foreach (ProbeKey key in _failedAt.Keys.Where(key => !failed.Contains(key)).ToList())
            _failedAt.Remove(key);
        Pending = pending;
        return ended.Count == 0 ? FrozenSet<ProbeKey>.Empty : ended;
    }
}
