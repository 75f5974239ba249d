using System.Collections.Immutable;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Flows.Cells;

/// <summary>A node of the cell, as the snapshot names it.</summary>
/// <param name="NodeId">1 to 65535.</param>
/// <param name="SnatAddresses">The source addresses it holds the leases of.</param>
public sealed record CellMember(ushort NodeId, ImmutableArray<PacketAddress> SnatAddresses);
