namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>A unit of blast radius inside a zone.</summary>
/// <param name="Name">1 to 32 of a-z, 0-9 and hyphen.</param>
/// <param name="Zone">Its zone.</param>
public sealed record Cell(string Name, string Zone)
{
    /// <summary>Inside it the nodes vary the source of tunnels without a port (IP in IP, GRE), so that routers spread
    /// flows: no pool of a zone, no node's address. Null: the source is the node's own address.</summary>
    public string? TunnelSourcePrefix { get; init; }

    /// <summary>The same of tunnels over IPv6.</summary>
    public string? Ipv6TunnelSourcePrefix { get; init; }

    /// <summary>How many nodes serve a load balancer, 1 to 16; all where the cell has fewer. With 1 no other node takes
    /// over.</summary>
    public int ShardSize { get; init; } = 4;

    /// <summary>Whether it takes nothing new; a put does not change that.</summary>
    public bool Draining { get; init; }
}
