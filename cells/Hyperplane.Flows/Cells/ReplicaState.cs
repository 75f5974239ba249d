using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Cells;

/// <summary>How a replica that lives outside the nodes stands now.</summary>
/// <param name="Address">Which, see <see cref="ReplicaAddress"/>.</param>
/// <param name="Start">Its incarnation; 0 while it does not answer.</param>
/// <param name="Flags"><see cref="NodeFlags.Holds"/> once it was filled from its twin.</param>
public readonly record struct ReplicaState(ushort Address, ulong Start, NodeFlags Flags);
