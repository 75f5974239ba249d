namespace Hyperplane.Controller.Status;

/// <summary>What is known of a resource in one zone.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="Compiled">First version of each of the newest generations there.</param>
/// <param name="Nodes">All nodes of the cell.</param>
/// <param name="ShardNodeIds">The nodes that serve the resource.</param>
/// <param name="Prefixes">What must be announced by one of them each.</param>
internal sealed record ZoneFacts(
    string Zone,
    IReadOnlyList<CompiledGenerationRow> Compiled,
    IReadOnlyList<NodeFacts> Nodes,
    IReadOnlyList<int> ShardNodeIds,
    IReadOnlyList<string> Prefixes)
{
    /// <summary>The target group that it is about; null when it is about none.</summary>
    public string? TargetGroup { get; init; }

    /// <summary>Whether the load balancer is shifted away from the zone.</summary>
    public bool IsShifted { get; init; }

    /// <summary>What must be announced by none of the shard's nodes any more.</summary>
    public IReadOnlyList<string> Withdrawn { get; init; } = [];

    /// <summary>The version that an operator keeps the cell on; null when it follows its tenants.</summary>
    public long? PinnedVersion { get; init; }

    /// <summary>Whether the roll-out of the cell's newest version stopped.</summary>
    public bool IsHalted { get; init; }
}
