namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>What a node carries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Draining">Whether it is asked to leave.</param>
/// <param name="Shards">How many shards it serves.</param>
/// <param name="LoadBalancers">How many load balancers these have.</param>
public sealed record NodeLoad(string Name, bool Draining, int Shards, int LoadBalancers);
