namespace Hyperplane.Controller.LoadBalancers;

/// <summary>How many addresses a cell announces alone.</summary>
internal sealed record LoneCount(string Cell, int Count);
