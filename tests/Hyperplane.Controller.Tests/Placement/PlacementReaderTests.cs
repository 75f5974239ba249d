using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Tests.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Controller.Tests.Placement;

public sealed class PlacementReaderTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cells_nodes_and_shards_carry_is_told_with_what_tenants_share()
    {
        await using Region region = await Region.CreateAsync(postgres);
        (Tenant one, Tenant other) = (await region.TenantAsync("one"), await region.TenantAsync("other"));
        await region.ZoneAsync(nodes: 5);
        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a") { ShardSize = 2 }, Cancel));
        for (int i = 0; i < 3; i++)
            await region.LoadBalancerAsync(one.Id, $"web{i}");
        await region.LoadBalancerAsync(other.Id, "web", "a=198.18.15.9");
        Region.Done(await region.LoadBalancers.DeleteAsync(
            one.Id, (await region.LoadBalancerAsync(one.Id, "gone")).Id, Cancel));

        PlacementReport report = await region.Services.GetRequiredService<IPlacement>().GetAsync(Cancel);

        CellPlacement cell = Assert.Single(report.Cells);
        Assert.Equal((2, 4, 2), (cell.Cell.ShardSize, cell.LoadBalancers, cell.Tenants));
        Assert.Equal(16, cell.Shards.Count);
        Assert.Equal(4, cell.Shards.Sum(shard => shard.LoadBalancers));
        Assert.All(cell.Shards, shard => Assert.Equal(2, shard.Nodes.Count));
        ShardLoad first = Assert.Single(cell.Shards, shard => shard.LoadBalancers == 3);
        Assert.Equal((1, 58), (first.Tenants, first.FreeAddresses));
        Assert.Equal(8, cell.Nodes.Sum(node => node.LoadBalancers));
        Assert.Equal(32, cell.Nodes.Sum(node => node.Shards));
        Assert.Equal(2, report.Overlap.Tenants);
        Assert.Equal(1, report.Overlap.Pairs.Sum(count => count.Pairs));
        // There are nodes that carry nothing yet, and these are taken.
        Assert.Equal(new OverlapCount(0, 1), report.Overlap.Pairs[^1]);

        Region.Done(await region.Cells.SetDrainingAsync("a1", first.Nodes[0], draining: true, Cancel));
        cell = (await region.Services.GetRequiredService<IPlacement>().GetAsync(Cancel)).Cells[0];
        Assert.DoesNotContain(first.Nodes[0], cell.Shards[first.Index].Nodes);
        Assert.Equal(0, cell.Nodes.Single(node => node.Draining).LoadBalancers);
        Assert.Equal(2, cell.Shards[first.Index].Nodes.Count);
    }
}
