namespace Hyperplane.Controller.Snapshots;

/// <summary>A snapshot and the state of the outbox that it was made of.</summary>
internal sealed record MadeSnapshot(CompiledSnapshot Snapshot, ChangeMark Changes);
