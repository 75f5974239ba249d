namespace Hyperplane.Mesh;

/// <summary>How a node's part of the mesh stands. Fields are read one by one: they may be some microseconds
/// apart.</summary>
/// <param name="Peers">All peers of the last list that the mesh thread took over.</param>
/// <param name="Refused">Connections refused, by reason; all reasons are present.</param>
/// <param name="Turns">Turns of the mesh thread.</param>
/// <param name="Gaps">Times it did not run for longer than allowed.</param>
public sealed record MeshStatus(
    IReadOnlyList<MeshPeerStatus> Peers,
    IReadOnlyDictionary<MeshRefusal, long> Refused,
    long Turns,
    long Gaps);
