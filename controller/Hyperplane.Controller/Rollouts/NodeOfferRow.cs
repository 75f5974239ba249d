using System.ComponentModel.DataAnnotations.Schema;

namespace Hyperplane.Controller.Rollouts;

/// <summary>What a node was given in its turn.</summary>
[Table("node_offers")]
internal sealed class NodeOfferRow
{
    public int NodeId { get; init; }

    public long Version { get; init; }

    public DateTimeOffset OfferedAt { get; init; }

    /// <summary>Since when it has an offer that it did not take.</summary>
    public DateTimeOffset WaitingSince { get; init; }
}
