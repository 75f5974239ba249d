using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>
/// Zones, cells and nodes: an operator's business. Puts are idempotent; pools, addresses and a zone's room for cells
/// cannot be changed later, but IPv6 ones added.
/// </summary>
public interface ICells
{
    /// <summary>Declares a zone with its address pools.</summary>
    Task<Outcome<Zone>> PutZoneAsync(Zone zone, CancellationToken cancel);

    /// <summary>All zones.</summary>
    Task<IReadOnlyList<Zone>> ListZonesAsync(CancellationToken cancel);

    /// <summary>Declares a cell in a zone; where its tunnels begin and how many nodes serve a shard can be changed
    /// later.</summary>
    Task<Outcome<Cell>> PutCellAsync(Cell cell, CancellationToken cancel);

    /// <summary>All cells.</summary>
    Task<IReadOnlyList<Cell>> ListCellsAsync(CancellationToken cancel);

    /// <summary>Marks a cell as draining or not: nothing new is placed in a draining one.</summary>
    Task<Outcome<Cell>> SetCellDrainingAsync(string name, bool draining, CancellationToken cancel);

    /// <summary>Removes an empty cell; refused while it has nodes, load balancers or addresses that rest
    /// (<c>resource_in_use</c>).</summary>
    Task<Outcome<Cell>> DeleteCellAsync(string name, CancellationToken cancel);

    /// <summary>Declares a node of a cell; its SNAT and probe addresses are allocated here.</summary>
    Task<Outcome<Node>> PutNodeAsync(
        string cell, string name, string address, string? ipv6Address, CancellationToken cancel);

    /// <summary>The nodes of a cell with what they report.</summary>
    Task<Outcome<IReadOnlyList<Node>>> ListNodesAsync(string cell, CancellationToken cancel);

    /// <summary>Marks a node as draining or not: a draining node withdraws its prefixes, other nodes serve its shards
    /// meanwhile.</summary>
    Task<Outcome<Node>> SetDrainingAsync(string cell, string name, bool draining, CancellationToken cancel);

    /// <summary>Forgets a node; refused while it reports (<c>node_alive</c>).</summary>
    Task<Outcome<Node>> DeleteNodeAsync(string cell, string name, CancellationToken cancel);
}
