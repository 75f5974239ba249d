using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Stats;

/// <summary>What a node counted, as <see cref="CountRows"/>.</summary>
[Table("node_counters")]
internal sealed class NodeCounterRow
{
    public int NodeId { get; init; }

    /// <summary>Incarnation: microseconds since 1970 at the agent's start.</summary>
    public long Start { get; init; }

    /// <summary>Since that start.</summary>
    public required byte[] Counts { get; init; }

    /// <summary>Of all starts before, summed.</summary>
    public required byte[] Before { get; init; }
}
