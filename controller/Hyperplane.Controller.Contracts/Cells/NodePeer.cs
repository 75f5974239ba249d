namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>A node's BGP session with a router.</summary>
public sealed record NodePeer(string Address, string State, int PrefixesSent, string? LastError);
