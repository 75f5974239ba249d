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

    /// <summary>A node runs for moments only, as on a machine with too much to do; never so late that it is taken for
    /// dead.</summary>
    SlowNode,
    Reshuffle,
    Drain,
    ChangeTargets,
    RollOut,

    /// <summary>A node dies while two do not see each other; never the only one that sees both.</summary>
    KillInPartition,

    /// <summary>All cables of a node: it sees nobody and takes all others for dead, as they do it; for longer than
    /// they remember what is over.</summary>
    Unplug,
}
