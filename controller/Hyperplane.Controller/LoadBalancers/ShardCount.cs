namespace Hyperplane.Controller.LoadBalancers;

/// <summary>How many load balancers a shard carries.</summary>
internal sealed record ShardCount(string Cell, int Shard, int Used);
