namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>What a cell carries.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="LoadBalancers">How many load balancers live in it.</param>
/// <param name="Tenants">How many tenants these belong to.</param>
/// <param name="Nodes">Its nodes, by name.</param>
/// <param name="Shards">Its shards, by index.</param>
public sealed record CellPlacement(
    Cell Cell,
    int LoadBalancers,
    int Tenants,
    IReadOnlyList<NodeLoad> Nodes,
    IReadOnlyList<ShardLoad> Shards);
