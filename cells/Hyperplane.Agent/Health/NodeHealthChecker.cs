using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;
using Hyperplane.Health;

namespace Hyperplane.Agent.Health;

/// <summary>The room's health checker in the agent's words.</summary>
public sealed class NodeHealthChecker : IHealthChecker
{
    private readonly HealthChecker _checker;

    /// <summary>Idle until <see cref="Set"/>.</summary>
    /// <param name="seed">Spreads the probes; another one for each node.</param>
    /// <param name="places">Probes that may run at a time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onChange">Called when a state changed; returns at once.</param>
    public NodeHealthChecker(int seed, int places, TimeProvider time, Action onChange)
    {
        var options = new HealthCheckerOptions
        {
            Seed = seed,
            MaxConcurrentProbes = places,
            TimeProvider = time,
            MaxTargets = SnapshotLimits.CheckedTargets,
        };
        _checker = new HealthChecker(options, (_, _, _) => onChange());
    }

    /// <inheritdoc/>
    public void Set(ImmutableArray<TargetGroup> groups, ImmutableArray<IPAddress> sources) =>
        _checker.Set(HealthTranslation.ToTargets(groups, sources));

    /// <inheritdoc/>
    public void OnConnectionsFailed(ProbeKey target, string sent, string received) =>
        _checker.OnConnectionsFailed(target.TargetId, target.GroupId, sent, received);

    /// <inheritdoc/>
    public IReadOnlyDictionary<ProbeKey, ProbeVerdict> Read() => _checker.Snapshot()
        .ToDictionary(e => new ProbeKey(e.GroupId, e.TargetId), e => HealthTranslation.ToVerdict(e.Verdict));

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters()
    {
        HealthCounters counted = _checker.ReadCounters();
        return
        [
            new("health_probes_succeeded", (ulong)counted.Successes),
            new("health_probes_timed_out", (ulong)counted.Timeouts),
            new("health_probes_code_mismatch", (ulong)counted.CodeMismatches),
            new("health_probes_failed", (ulong)counted.Failures),
            new("health_probes_not_sent", (ulong)counted.NotSent),
            new("health_probes_late", (ulong)counted.Late),
            new("health_slots_left_out", (ulong)counted.SlotsLeftOut),
            new("health_probes_running", (ulong)counted.Running),
            new("health_probe_places", (ulong)counted.Places),
        ];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _checker.DisposeAsync();
}
