using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;

namespace Hyperplane.Flows.Tests.Remote;

public sealed class TwinPlacementTests
{
    private static readonly ulong[] Places = [11, 22, 33, 44];

    [Fact]
    public void Twins_are_apart_and_each_place_has_its_part()
    {
        var counts = new Dictionary<ulong, int>();
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            (ulong first, ulong second) = (Choose(shard, 0, Places), Choose(shard, 1, Places));
            Assert.NotEqual(first, second);
            counts[first] = counts.GetValueOrDefault(first) + 1;
            counts[second] = counts.GetValueOrDefault(second) + 1;
        }
        Assert.All(Places, place => Assert.InRange(counts[place], 80, 180));
    }

    [Fact]
    public void When_a_place_goes_only_what_lived_there_moves_and_not_to_its_twin()
    {
        foreach (ulong gone in Places)
        {
            ulong[] left = [.. Places.Where(place => place != gone)];
            for (int shard = 0; shard < ShardOrder.Shards; shard++)
            {
                for (int replica = 0; replica < 2; replica++)
                {
                    ulong before = Choose(shard, replica, Places);
                    ulong after = Choose(shard, replica, left);
                    Assert.True(before == gone || before == after);
                    Assert.NotEqual(
                        Choose(shard, 1 - replica, Places) == gone ? gone : Choose(shard, 1 - replica, left), after);
                }
            }
        }
    }

    [Fact]
    public void The_order_in_which_places_are_listed_does_not_matter()
    {
        ulong[] reversed = [.. Places.Reverse()];
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
            Assert.Equal(Choose(shard, 1, Places), Choose(shard, 1, reversed));
    }

    [Fact]
    public void Of_twins_in_one_place_exactly_one_moves_and_it_has_another_place()
    {
        for (int shard = 0; shard < ShardOrder.Shards; shard++)
        {
            foreach (ulong place in Places)
            {
                bool[] moves = [Moves(shard, 0, place), Moves(shard, 1, place)];
                Assert.Single(moves, moved => moved);
                Assert.NotEqual(place, Choose(shard, moves[0] ? 0 : 1, Places));
            }
        }
        Assert.False(TwinPlacement.ShouldMove(ReplicaAddress.First, 11, [11]));
    }

    private static bool Moves(int shard, int replica, ulong place) =>
        TwinPlacement.ShouldMove(ReplicaAddress.Of(shard, replica), place, Places);

    private static ulong Choose(int shard, int replica, ulong[] places) =>
        places[TwinPlacement.Choose(ReplicaAddress.Of(shard, replica), places)];
}
