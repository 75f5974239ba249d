using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryCells(MemoryStore store) : ICells
{
    private static readonly PageRequest Whole = new(1000, null, null);

    public Task<Outcome<Zone>> PutZoneAsync(Zone zone, CancellationToken cancel) =>
        Task.FromResult(store.Write("put zone", () => store.Put("zones", zone.Name, zone)));

    public Task<IReadOnlyList<Zone>> ListZonesAsync(CancellationToken cancel) =>
        Task.FromResult(store.List<Zone>("zones", Whole).Items);

    public Task<Outcome<Cell>> PutCellAsync(Cell cell, CancellationToken cancel) =>
        Task.FromResult(store.Write("put cell", () => store.Put("cells", cell.Name, cell)));

    public Task<IReadOnlyList<Cell>> ListCellsAsync(CancellationToken cancel) =>
        Task.FromResult(store.List<Cell>("cells", Whole).Items);

    public Task<Outcome<Cell>> SetCellDrainingAsync(string name, bool draining, CancellationToken cancel) =>
        Task.FromResult(store.Write(draining ? "drain cell" : "undrain cell", () =>
            store.Change<Cell>("cells", name, cell => cell with { Draining = draining })));

    public Task<Outcome<Cell>> DeleteCellAsync(string name, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete cell", () => store.Remove<Cell>("cells", name)));

    public Task<Outcome<Node>> PutNodeAsync(
        string cell, string name, string address, string? ipv6Address, CancellationToken cancel) =>
        Task.FromResult(store.Write("put node", () => store.Put(cell, name, new Node(
            name, cell, address, ["198.19.0.1"], "198.19.1.1", false, 0, 7, null, null,
            [new NodePeer("10.1.0.1", "Established", 3, null)], ["198.18.0.0/26"],
            new Dictionary<string, ulong> { ["forwarded"] = 5 })
        {
            Ipv6Address = ipv6Address,
            Ipv6ProbeAddress = ipv6Address is null ? null : "fd00:19::1:1",
        })));

    public Task<Outcome<IReadOnlyList<Node>>> ListNodesAsync(string cell, CancellationToken cancel) =>
        Task.FromResult<Outcome<IReadOnlyList<Node>>>(
            new Outcome<IReadOnlyList<Node>>.Done(store.List<Node>(cell, Whole).Items, false));

    public Task<Outcome<Node>> SetDrainingAsync(string cell, string name, bool draining, CancellationToken cancel) =>
        Task.FromResult(store.Write(draining ? "drain" : "undrain", () =>
            store.Get<Node>(cell, name) is Outcome<Node>.Done done
                ? new Outcome<Node>.Done(done.Value with { Draining = draining }, true)
                : store.Get<Node>(cell, name)));

    public Task<Outcome<Node>> DeleteNodeAsync(string cell, string name, CancellationToken cancel) =>
        Task.FromResult(store.Write("delete node", () => store.Remove<Node>(cell, name)));
}
