using System.Collections.Immutable;
using System.Net;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Health;

/// <summary>Probes targets and tells what it found.</summary>
public interface IHealthChecker : IAsyncDisposable
{
    /// <summary>Replaces what is probed, whole; verdicts of targets that stay are kept.</summary>
    /// <param name="groups">Validated target groups.</param>
    /// <param name="source">The address that probes leave from.</param>
    void Set(ImmutableArray<TargetGroup> groups, IPAddress source);

    /// <summary>The verdicts so far; a target that is missing has none yet.</summary>
    IReadOnlyDictionary<ProbeKey, ProbeVerdict> Read();
}
