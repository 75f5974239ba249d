using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Cells;

public sealed class CellViewTests
{
    private const ulong Seed = 0x5eed;

    [Fact]
    public void Two_holding_nodes_are_asked_about_each_shard_and_every_node_has_its_part()
    {
        CellView view = View(Holding(1), Holding(2), Holding(3), Holding(4));
        var parts = new int[5];
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            ushort[] readers = view.ReadersOf(shard).ToArray();
            Assert.Equal(2, readers.Distinct().Count());
            parts[readers[0]]++;
        }
        Assert.All(parts[1..], part => Assert.InRange(part, 35, 95));
    }

    [Fact]
    public void A_third_node_is_written_to_when_the_owner_is_one_of_the_two()
    {
        CellView view = View(Holding(1), Holding(2), Holding(3), Holding(4));
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            ushort[] readers = view.ReadersOf(shard).ToArray();
            for (ushort owner = 1; owner <= 4; owner++)
            {
                ushort[] writers = view.WritersOf(shard, owner).ToArray();
                Assert.Equal(readers, writers[..2]);
                Assert.Equal(readers.Contains(owner) ? 3 : 2, writers.Length);
                Assert.True(writers.Count(writer => writer != owner) >= 2);
            }
        }
    }

    [Fact]
    public void A_filling_node_is_written_to_beside_the_holders_and_never_asked()
    {
        CellView view = View(Holding(1), Holding(2), Holding(3), Filling(4));
        int beside = 0;
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            Assert.False(view.ReadersOf(shard).Contains((ushort)4));
            ushort[] writers = view.WritersOf(shard, owner: 4).ToArray();
            Assert.Equal(2, writers.Count(writer => writer != 4));
            beside += writers.Contains((ushort)4) ? 1 : 0;
        }
        Assert.InRange(beside, 80, 240);
    }

    [Fact]
    public void A_leaving_or_dead_node_has_no_part()
    {
        foreach (MemberState gone in new[] { Draining(3), Dead(3) })
        {
            CellView view = View(Holding(1), Holding(2), gone, Holding(4));
            for (int shard = 0; shard < ShardOrder.Shards; shard++)
            {
                Assert.False(view.ReadersOf(shard).Contains((ushort)3));
                Assert.False(view.WritersOf(shard, owner: 1).Contains((ushort)3));
                Assert.Equal(2, view.ReadersOf(shard).Length);
            }
        }
    }

    [Fact]
    public void In_a_cell_where_nobody_holds_yet_those_who_stay_are_asked()
    {
        CellView view = View(Filling(1), Filling(2), Dead(3));
        Assert.Equal([1, 2], view.ReadersOf(0).ToArray().Order().Select(node => (int)node));
    }

    [Fact]
    public void A_node_that_goes_moves_only_its_own_part()
    {
        CellView all = View(Holding(1), Holding(2), Holding(3), Holding(4), Holding(5));
        CellView less = View(Holding(1), Holding(2), Holding(3), Dead(4), Holding(5));
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            ushort[] before = [.. all.ReadersOf(shard).ToArray().Where(node => node != 4)];
            Assert.Equal(before, less.ReadersOf(shard).ToArray()[..before.Length]);
        }
    }

    [Fact]
    public void A_member_that_comes_takes_its_part_and_leaves_the_order_of_the_others()
    {
        var before = new ShardOrder([1, 2, 3], Seed);
        var after = new ShardOrder([1, 2, 3, 4], Seed);
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
            Assert.Equal(before.Of(shard).ToArray(), after.Of(shard).ToArray().Where(place => place != 3));
    }

    [Fact]
    public void The_order_does_not_depend_on_how_the_members_are_listed()
    {
        ushort[] listed = [7, 3, 9, 1];
        ushort[] sorted = [1, 3, 7, 9];
        var left = new ShardOrder(listed, Seed);
        var right = new ShardOrder(sorted, Seed);
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            Assert.Equal(
                left.Of(shard).ToArray().Select(place => listed[place]),
                right.Of(shard).ToArray().Select(place => sorted[place]));
        }
    }

    [Fact]
    public void The_number_tells_the_living_and_the_leaving_and_their_starts_apart_and_nothing_else()
    {
        ulong number = View(Holding(1), Holding(2)).Number;
        Assert.NotEqual(0ul, number);
        Assert.Equal(number, View(Holding(1), Filling(2)).Number);
        Assert.Equal(number, View(Holding(1), Holding(2), Dead(3)).Number);
        Assert.NotEqual(number, View(Holding(1), Draining(2)).Number);
        Assert.NotEqual(number, View(Holding(1), Dead(2)).Number);
        Assert.NotEqual(number, View(Holding(1), Holding(2) with { Start = 99 }).Number);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 3, true)]
    public void More_than_half_of_all_members_is_a_majority(int members, int alive, bool isMajority)
    {
        MemberState[] states =
            [.. Enumerable.Range(1, members).Select(id => id <= alive ? Holding((ushort)id) : Dead((ushort)id))];
        Assert.Equal(isMajority, View(states).HasMajority);
    }

    [Fact]
    public void An_owner_lives_only_with_the_start_it_had()
    {
        CellView view = View(Holding(1), Dead(2));
        Assert.True(view.IsAlive(1, 10));
        Assert.False(view.IsAlive(1, 11));
        Assert.False(view.IsAlive(2, 20));
        Assert.False(view.IsAlive(2, 0));
        Assert.False(view.IsAlive(9, 90));
    }

    private static CellView View(params MemberState[] members) =>
        new(new ShardOrder([.. members.Select(member => member.NodeId)], Seed), members);

    private static MemberState Holding(ushort id) => new(id, id * 10ul, NodeFlags.Holds, 0);

    private static MemberState Filling(ushort id) => new(id, id * 10ul, NodeFlags.None, 0);

    private static MemberState Draining(ushort id) => new(id, id * 10ul, NodeFlags.Holds | NodeFlags.Drains, 0);

    private static MemberState Dead(ushort id) => new(id, 0, NodeFlags.None, 0);
}
