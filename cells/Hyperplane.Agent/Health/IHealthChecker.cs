using System.Collections.Immutable;
using System.Net;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Health;

/// <summary>Probes targets and tells what it found.</summary>
public interface IHealthChecker : IAsyncDisposable
{
    /// <summary>Replaces what is probed, whole; verdicts of targets that stay are kept.</summary>
    /// <param name="groups">Validated target groups.</param>
    /// <param name="sources">The addresses that probes leave from, one a family; the kernel chooses where there is
    /// none.</param>
    void Set(ImmutableArray<TargetGroup> groups, ImmutableArray<IPAddress> sources);

    /// <summary>Clients' connections to a target failed: it is unhealthy until a probe succeeds.</summary>
    /// <param name="target">A target; one that is not probed is passed over.</param>
    /// <param name="sent">What was sent to it.</param>
    /// <param name="received">What came back.</param>
    void OnConnectionsFailed(ProbeKey target, string sent, string received);

    /// <summary>The verdicts so far; a target that is missing has none yet.</summary>
    IReadOnlyDictionary<ProbeKey, ProbeVerdict> Read();

    /// <summary>What was done since the start, by name.</summary>
    IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters();
}
