using Microsoft.Extensions.Logging;

namespace Hyperplane.Mesh.Sessions;

/// <summary>What all parts of a host use.</summary>
internal sealed record MeshContext(
    MeshOptions Options,
    IMeshHandler Handler,
    ILogger Logger,
    MonotonicClock Clock,
    MeshCounters Counters);
