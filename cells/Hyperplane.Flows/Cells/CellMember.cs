using System.Collections.Immutable;

namespace Hyperplane.Flows.Cells;

/// <summary>A node of the cell, as the snapshot names it.</summary>
/// <param name="NodeId">1 to 65535.</param>
/// <param name="SnatAddressesBe">The source addresses it holds the leases of, network order.</param>
public sealed record CellMember(ushort NodeId, ImmutableArray<uint> SnatAddressesBe);
