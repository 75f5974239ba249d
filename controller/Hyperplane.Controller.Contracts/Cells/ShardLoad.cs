namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>What a shard carries.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Block">The VIPs that its nodes announce as one prefix.</param>
/// <param name="Nodes">The names of its nodes.</param>
/// <param name="LoadBalancers">How many load balancers it has.</param>
/// <param name="Tenants">How many tenants these belong to.</param>
/// <param name="FreeAddresses">How many more its block has room for.</param>
public sealed record ShardLoad(
    int Index, string Block, IReadOnlyList<string> Nodes, int LoadBalancers, int Tenants, int FreeAddresses);
