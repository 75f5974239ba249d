using Hyperplane.Dataplane.Maglev;

namespace Hyperplane.Dataplane.Tool.Maglev;

/// <summary>What a table's targets get and what they lose when others are gone.</summary>
internal static class MaglevMoves
{
    private const int Seed = 42;

    /// <summary>Slots of each position.</summary>
    public static int[] Shares(ReadOnlySpan<ushort> slots, int targets)
    {
        var shares = new int[targets];
        foreach (ushort target in slots)
            shares[target]++;
        return shares;
    }

    /// <summary>The worst distance, in slots, of a target from its exact share by weight.</summary>
    public static double WorstError(ReadOnlySpan<int> shares, ReadOnlySpan<int> weights, int size)
    {
        double sum = 0;
        foreach (int weight in weights)
            sum += weight;
        double worst = 0;
        for (int i = 0; i < shares.Length; i++)
            worst = Math.Max(worst, Math.Abs(shares[i] - (size * weights[i] / sum)));
        return worst;
    }

    /// <summary>Takes some targets out and counts what that moves.</summary>
    /// <param name="ids">All targets.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="size">Slots.</param>
    /// <param name="lost">Targets that are gone, fewer than all; drawn anew each time.</param>
    /// <param name="draws">How often that is done.</param>
    /// <returns>The medians: the share of the table that the lost ones had, which must move, and the share that moved
    /// between targets that stayed, which need not.</returns>
    public static (double Lost, double Extra) Lose(uint[] ids, int[] weights, int size, int lost, int draws)
    {
        MaglevTable before = MaglevTable.Build(ids, weights, size);
        var random = new Random(Seed);
        var mustMove = new double[draws];
        var extra = new double[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            int[] order = [.. Enumerable.Range(0, ids.Length)];
            random.Shuffle(order);
            int[] left = [.. order.Skip(lost).Order()];
            MaglevTable after = MaglevTable.Build(
                [.. left.Select(i => ids[i])], [.. left.Select(i => weights[i])], size);
            HashSet<int> gone = [.. order.Take(lost)];
            int had = 0;
            int moved = 0;
            for (int slot = 0; slot < size; slot++)
            {
                if (gone.Contains(before.Slots[slot]))
                    had++;
                else if (before.Slots[slot] != left[after.Slots[slot]])
                    moved++;
            }
            mustMove[draw] = (double)had / size;
            extra[draw] = (double)moved / size;
        }
        Array.Sort(mustMove);
        Array.Sort(extra);
        return (mustMove[draws / 2], extra[draws / 2]);
    }
}
