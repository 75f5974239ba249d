using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryPlacement : IPlacement
{
    public Task<PlacementReport> GetAsync(CancellationToken cancel) => Task.FromResult(new PlacementReport(
        [
            new CellPlacement(
                new Cell("a1", "a") { ShardSize = 2 }, 3, 2,
                [new NodeLoad("n1", false, 1, 3), new NodeLoad("n2", true, 0, 0)],
                [new ShardLoad(0, "198.18.0.0/26", ["n1"], 3, 2, 59)]),
        ],
        new TenantOverlap(
            2, [new OverlapCount(0, 0), new OverlapCount(1, 1)], [new TenantPair("tenant-a", "tenant-b", 1, 1)])));
}
