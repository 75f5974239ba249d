using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Placement;

namespace Hyperplane.Controller.Tests.Placement;

public sealed class OverlapTableTests
{
    [Fact]
    public void Pairs_are_counted_by_the_nodes_that_they_share()
    {
        TenantOverlap overlap = OverlapTable.Of(new Dictionary<string, IReadOnlySet<int>>
        {
            ["a"] = new HashSet<int> { 1, 2 },
            ["b"] = new HashSet<int> { 1, 2 },
            ["c"] = new HashSet<int> { 2, 300, 4 },
            ["d"] = new HashSet<int> { 9 },
        });
        Assert.Equal(4, overlap.Tenants);
        Assert.Equal(
            [new OverlapCount(0, 3), new OverlapCount(1, 2), new OverlapCount(2, 1)], overlap.Pairs);
        Assert.Equal(
            [new TenantPair("a", "b", 2, 2), new TenantPair("a", "c", 1, 2), new TenantPair("b", "c", 1, 2)],
            overlap.Worst);
    }

    [Fact]
    public void Nobody_shares_anything_with_nobody()
    {
        TenantOverlap overlap = OverlapTable.Of(new Dictionary<string, IReadOnlySet<int>>());
        Assert.Equal((0, 0, 0), (overlap.Tenants, overlap.Pairs.Count, overlap.Worst.Count));
    }

    [Fact]
    public void Any_tenants_are_counted_as_each_pair_by_itself() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var tenants = Enumerable.Range(0, random.Next(0, 40)).ToDictionary(
            i => $"t{i}",
            IReadOnlySet<int> (_) =>
                Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(1, 150)).ToHashSet(),
            StringComparer.Ordinal);
        TenantOverlap overlap = OverlapTable.Of(tenants);
        int[] shared =
        [
            .. from one in tenants
               from other in tenants
               where string.CompareOrdinal(one.Key, other.Key) < 0
               select one.Value.Intersect(other.Value).Count(),
        ];
        Assert.All(overlap.Pairs, count => Assert.Equal(shared.Count(n => n == count.SharedNodes), count.Pairs));
        Assert.Equal(shared.Length, overlap.Pairs.Sum(count => count.Pairs));
        Assert.Equal(
            shared.Where(n => n > 0).OrderDescending().Take(20), overlap.Worst.Select(pair => pair.SharedNodes));
        Assert.All(overlap.Worst, pair => Assert.Equal(
            tenants[pair.First].Intersect(tenants[pair.Second]).Count(), pair.SharedNodes));
    }).QuickCheckThrowOnFailure();
}
