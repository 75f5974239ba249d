using System.Globalization;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Controller.Tests.Placement;

/// <summary>A hundred nodes and many tenants: the table of what these share.</summary>
public sealed class OverlapSimulationTests(ITestOutputHelper output)
{
    private static readonly int[] Hundred = [12, 12, 12, 12, 13, 13, 13, 13];

    [Fact]
    public void Of_two_thousand_tenants_hardly_any_two_share_all_their_nodes()
    {
        var fleet = new Fleet(4, Hundred);
        for (int i = 0; i < 2_000; i++)
            fleet.Add($"tn-{i}");
        double[] shares = Table(fleet.Overlap());
        Assert.Equal(5, shares.Length);
        Assert.True(shares[0] > 0.87, $"none: {shares[0]:P2}");
        Assert.True(shares[3] < 0.01, $"three: {shares[3]:P2}");
        Assert.True(shares[4] < 0.005, $"all: {shares[4]:P2}");
    }

    [Fact]
    public void Tenants_with_all_load_balancers_of_their_quota_leave_one_another_nodes()
    {
        var fleet = new Fleet(4, Hundred);
        for (int i = 0; i < 50; i++)
        {
            for (int tenant = 0; tenant < 100; tenant++)
                fleet.Add($"tn-{tenant}");
        }

        TenantOverlap overlap = fleet.Overlap();
        Table(overlap);
        // Seven shards of four nodes each, in seven cells; the worst pair shares less than two thirds.
        Assert.All(overlap.Worst, pair => Assert.Equal(28, pair.Nodes));
        Assert.All(overlap.Worst, pair => Assert.InRange(pair.SharedNodes, 1, 18));
        double mean = fleet.Loads().Values.Average();
        Assert.All(fleet.Loads().Values, load => Assert.InRange(load, mean * 0.6, mean * 1.4));
    }

    [Fact]
    public void A_tenant_alone_uses_the_whole_fleet_in_the_end()
    {
        var fleet = new Fleet(4, 16, 16);
        for (int i = 0; i < 400; i++)
            fleet.Add("tn-1");
        Assert.All(fleet.Loads().Values, load => Assert.NotEqual(0, load));
    }

    private double[] Table(TenantOverlap overlap)
    {
        double all = overlap.Pairs.Sum(count => count.Pairs);
        Assert.Equal((long)overlap.Tenants * (overlap.Tenants - 1) / 2, (long)all);
        foreach (OverlapCount count in overlap.Pairs)
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count.SharedNodes} nodes: {count.Pairs} pairs, {count.Pairs / all:P2}"));
        return [.. overlap.Pairs.Select(count => count.Pairs / all)];
    }
}
