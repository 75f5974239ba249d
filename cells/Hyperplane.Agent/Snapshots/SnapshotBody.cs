namespace Hyperplane.Agent.Snapshots;

/// <summary>A serialised snapshot whose hash is proven.</summary>
/// <param name="Version">What the sender called it; null when it comes from disk.</param>
/// <param name="Hash">SHA-256 of <paramref name="Bytes"/>.</param>
/// <param name="Bytes">The protobuf message.</param>
public sealed record SnapshotBody(ulong? Version, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Bytes);
