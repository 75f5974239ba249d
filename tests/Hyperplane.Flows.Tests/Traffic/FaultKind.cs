namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What may happen to a simulated cell.</summary>
internal enum FaultKind
{
    Kill,
    Freeze,
    Partition,
    MeshReset,
    SlowMesh,
    SlowCable,
    Reshuffle,
    Drain,
    ChangeTargets,
    RollOut,

    /// <summary>A node dies while two do not see each other; never the only one that sees both.</summary>
    KillInPartition,
}
