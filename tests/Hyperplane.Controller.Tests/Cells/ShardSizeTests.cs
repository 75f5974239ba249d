using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Tests.Store;
using Snapshot = Hyperplane.Cells.Contracts.Snapshot;

namespace Hyperplane.Controller.Tests.Cells;

public sealed class ShardSizeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shard_has_as_many_nodes_as_its_cell_says_last()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 5);
        Assert.All((await region.SnapshotAsync()).Shards, shard => Assert.Equal(4, shard.NodeIds.Count));

        Cell two = Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a") { ShardSize = 2 }, Cancel));
        Assert.Equal(2, two.ShardSize);
        Snapshot small = await region.SnapshotAsync();
        Assert.All(small.Shards, shard => Assert.Equal(2, shard.NodeIds.Count));

        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a") { ShardSize = 3 }, Cancel));
        Assert.All(
            (await region.SnapshotAsync()).Shards.Zip(small.Shards),
            pair => Assert.Subset(pair.First.NodeIds.ToHashSet(), pair.Second.NodeIds.ToHashSet()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public async Task A_size_that_no_cell_has_is_refused(int size)
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync();
        Refusal refusal = Region.Refused(
            await region.Cells.PutCellAsync(new Cell("a2", "a") { ShardSize = size }, Cancel));
        Assert.Equal(("invalid_value", "/shardSize"), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }

    [Fact]
    public async Task Others_take_over_from_a_draining_node_and_its_removal_moves_nothing()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: 5);
        Region.Done(await region.Cells.PutCellAsync(new Cell("a1", "a") { ShardSize = 2 }, Cancel));
        Snapshot before = await region.SnapshotAsync();
        uint leaving = before.Nodes.Single(node => node.Name == "n1").Id;

        Region.Done(await region.Cells.SetDrainingAsync("a1", "n1", draining: true, Cancel));
        Snapshot drained = await region.SnapshotAsync();
        Assert.All(drained.Shards, shard => Assert.Equal(2, shard.NodeIds.Count(id => id != leaving)));
        Assert.All(
            drained.Shards.Zip(before.Shards),
            pair => Assert.Equal(pair.Second.NodeIds.Contains(leaving), pair.First.NodeIds.Contains(leaving)));

        Region.Done(await region.Cells.DeleteNodeAsync("a1", "n1", Cancel));
        Assert.Equal(
            drained.Shards.Select(shard => string.Join(' ', shard.NodeIds.Where(id => id != leaving))),
            (await region.SnapshotAsync()).Shards.Select(shard => string.Join(' ', shard.NodeIds)));
    }

    [Fact]
    public async Task A_zone_has_as_many_cells_as_it_said_once()
    {
        await using Region region = await Region.CreateAsync(postgres);
        var zone = new Zone("a", "198.18.0.0/20", "198.18.240.0/24", "198.18.241.0/26") { MaxCells = 8 };
        Assert.Equal(zone, Region.Done(await region.Cells.PutZoneAsync(zone, Cancel)));
        for (int i = 1; i <= 8; i++)
            Region.Done(await region.Cells.PutCellAsync(new Cell($"a{i}", "a"), Cancel));
        Assert.Equal("vip_pool_exhausted", Region.Refused(
            await region.Cells.PutCellAsync(new Cell("a9", "a"), Cancel)).Code);
        Node node = Region.Done(await region.Cells.PutNodeAsync("a8", "n1", "10.0.0.1", null, Cancel));
        Assert.Equal("198.18.240.224", node.SnatAddresses[0]);
        Assert.Equal("name_in_use", Region.Refused(
            await region.Cells.PutZoneAsync(zone with { MaxCells = 16 }, Cancel)).Code);
    }

    [Theory]
    [InlineData(3, "198.18.240.0/24", "/maxCells")]
    [InlineData(128, "198.18.240.0/24", "/maxCells")]
    [InlineData(16, "198.18.240.0/27", "/snatPool")]
    public async Task Room_that_cannot_be_is_refused_with_its_place(int cells, string snat, string pointer)
    {
        await using Region region = await Region.CreateAsync(postgres);
        Refusal refusal = Region.Refused(await region.Cells.PutZoneAsync(
            new Zone("a", "198.18.0.0/20", snat, "198.18.241.0/26") { MaxCells = cells }, Cancel));
        Assert.Equal(("invalid_value", pointer), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
    }
}
