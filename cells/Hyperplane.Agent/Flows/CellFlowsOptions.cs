using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Configuration;

namespace Hyperplane.Agent.Flows;

/// <summary>What a node's part in the flow state is made of.</summary>
internal sealed record CellFlowsOptions
{
    /// <summary>The cell's name.</summary>
    public required string Cell { get; init; }

    /// <summary>The cell's key: proves nodes to each other and places keys on shards. Never logged.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>This node.</summary>
    public required ushort NodeId { get; init; }

    /// <summary>This node's address on the fabric.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>This incarnation.</summary>
    public required ulong Start { get; init; }

    /// <summary>The port of the mesh, the same on all nodes of the cell.</summary>
    public required int MeshPort { get; init; }

    /// <summary>Established flows of the node's dataplane; the directory holds three times as many records.</summary>
    public required int FlowCapacity { get; init; }

    /// <summary>How fast death is noticed.</summary>
    public required BfdConfig Bfd { get; init; }

    /// <summary>SCHED_FIFO priority of the thread of mesh and directory; 0: as other threads.</summary>
    public int RealTimePriority { get; init; }

    /// <summary>The routers, watched by BFD as well.</summary>
    public required ImmutableArray<IPAddress> Routers { get; init; }

    /// <summary>The unix socket of the node's own flow silo; null: the agents hold the records themselves.</summary>
    public string? SiloSocket { get; init; }
}
