using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Cells;

/// <summary>What this node knows of a member now.</summary>
/// <param name="NodeId">Who.</param>
/// <param name="Start">Its incarnation; 0 while it is not alive.</param>
/// <param name="Flags">As it said last.</param>
/// <param name="CompleteView">The view in which it said to be complete; 0 for none.</param>
public readonly record struct MemberState(ushort NodeId, ulong Start, NodeFlags Flags, ulong CompleteView)
{
    /// <summary>Whether it runs and can be reached.</summary>
    public bool IsAlive => Start != 0;

    /// <summary>Whether it may have a part in replicas: alive and staying.</summary>
    public bool IsStaying => IsAlive && (Flags & NodeFlags.Drains) == NodeFlags.None;

    /// <summary>Whether it may be asked: staying, and filled once.</summary>
    public bool IsHolding => IsStaying && (Flags & NodeFlags.Holds) != NodeFlags.None;
}
