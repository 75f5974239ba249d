using Hyperplane.Dataplane.Tool.Maglev;

namespace Hyperplane.Dataplane.Tool.Tests.Maglev;

public sealed class MaglevMovesTests
{
    [Fact]
    public void Of_two_targets_one_loses_half_and_the_other_keeps_all_it_had() =>
        Assert.Equal((126.0 / 251, 0.0), Rounded(MaglevMoves.Lose([1, 2], [1, 1], 251, lost: 1, draws: 9)));

    [Fact]
    public void Losing_targets_moves_their_share_and_little_more()
    {
        uint[] ids = [.. Enumerable.Range(1, 100).Select(id => (uint)id)];
        int[] weights = [.. ids.Select(_ => 1)];
        (double lost, double extra) = MaglevMoves.Lose(ids, weights, 65_537, lost: 10, draws: 5);
        Assert.InRange(lost, 0.0999, 0.1001);
        Assert.InRange(extra, 0.0001, 0.05);
    }

    [Fact]
    public void The_worst_error_is_measured_against_the_exact_share()
    {
        Assert.Equal([2, 1], MaglevMoves.Shares([0, 1, 0], 2));
        Assert.Equal(0.5, MaglevMoves.WorstError([2, 1], [1, 1], 3));
    }

    private static (double, double) Rounded((double Lost, double Extra) moves) =>
        // Of an odd number of slots either target has one more.
        (Math.Max(moves.Lost, 1 - moves.Lost), moves.Extra);
}
