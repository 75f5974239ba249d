using Hyperplane.Controller.LoadBalancers;

namespace Hyperplane.Controller.Tests.Placement;

public sealed class ShardPlacementTests
{
    [Fact]
    public void A_new_tenant_comes_to_the_cell_that_carries_least_for_its_nodes()
    {
        var fleet = new Fleet(4, 4, 8);
        for (int i = 0; i < 30; i++)
            fleet.Add($"tn-{i}");
        Assert.Equal([10, 20], fleet.Uses.Select(use => use.Carried.Sum()));
    }

    [Fact]
    public void A_tenant_has_a_shard_for_each_eight_of_its_load_balancers()
    {
        var fleet = new Fleet(4, 16, 16);
        (string, int)[] places = [.. Enumerable.Range(0, 24).Select(_ => fleet.Add("tn-1"))];
        Assert.Single(places.Take(8).Distinct());
        Assert.Equal(2, places.Take(16).Distinct().Count());
        Assert.Equal(3, places.Distinct().Count());
        Assert.All(places.CountBy(place => place), count => Assert.InRange(count.Value, 4, 16));
    }

    [Fact]
    public void A_full_shard_and_a_cell_that_nobody_serves_are_passed_over()
    {
        var fleet = new Fleet(4, 0, 5);
        (string cell, int shard) = fleet.Add("tn-1");
        Assert.Equal("c1", cell);
        fleet.Uses[1].Free[shard] = 0;
        Assert.NotEqual(shard, fleet.Add("tn-1").Shard);
        Array.Clear(fleet.Uses[1].Free);
        Assert.Equal("c0", fleet.Add("tn-2").Cell);
        Array.Clear(fleet.Uses[0].Free);
        Assert.Null(ShardPlacement.Choose(
            fleet.Uses, new Dictionary<(string, int), int>(), "tn-3", isAlone: false));
        Assert.NotNull(ShardPlacement.Choose(fleet.Uses, new Dictionary<(string, int), int>(), "tn-3", isAlone: true));
    }

    [Fact]
    public void Neither_nodes_nor_shards_of_a_cell_fill_before_others()
    {
        var fleet = new Fleet(4, 12);
        for (int i = 0; i < 640; i++)
            fleet.Add($"tn-{i}");
        double mean = fleet.Loads().Values.Average();
        Assert.All(fleet.Loads().Values, load => Assert.InRange(load, mean * 0.9, mean * 1.1));
        Assert.InRange(fleet.Uses[0].Carried.Max(), 10, 16);
    }

    [Fact]
    public void The_same_tenants_in_the_same_order_come_to_the_same_places()
    {
        (Fleet one, Fleet other) = (new Fleet(3, 7, 9), new Fleet(3, 7, 9));
        for (int i = 0; i < 200; i++)
            Assert.Equal(one.Add($"tn-{i % 60}"), other.Add($"tn-{i % 60}"));
    }
}
