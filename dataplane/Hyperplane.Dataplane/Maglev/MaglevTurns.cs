namespace Hyperplane.Dataplane.Maglev;

/// <summary>Who takes a slot in which turn.</summary>
internal static class MaglevTurns
{
    /// <summary>One target index a turn: every target as often as its exact share says, its turns evenly
    /// spread.</summary>
    /// <remarks>Shares are rounded by largest remainder, ties to the lower index. Turn k of a target with q turns falls
    /// at (k + ½)/q of the way; turns that fall together go by index. With equal weights that is plain round
    /// robin.</remarks>
    public static ushort[] Order(ReadOnlySpan<int> weights, int size)
    {
        var turns = new ushort[size];
        if (!weights.ContainsAnyExcept(weights[0]))
        {
            for (int turn = 0, target = 0; turn < size; turn++)
            {
                turns[turn] = (ushort)target;
                target = target + 1 == weights.Length ? 0 : target + 1;
            }
            return turns;
        }

        int[] shares = Shares(weights, size);
        var ends = new int[size + 1];
        ForEach(shares, size, (bucket, _) => ends[bucket + 1]++);
        for (int bucket = 0; bucket < size; bucket++)
            ends[bucket + 1] += ends[bucket];
        ForEach(shares, size, (bucket, target) => turns[ends[bucket]++] = (ushort)target);
        return turns;
    }

    private static void ForEach(int[] shares, int size, Action<int, int> place)
    {
        for (int target = 0; target < shares.Length; target++)
        {
            for (long turn = 0; turn < shares[target]; turn++)
                place((int)(((2 * turn) + 1) * size / (2L * shares[target])), target);
        }
    }

    private static int[] Shares(ReadOnlySpan<int> weights, int size)
    {
        long sum = 0;
        foreach (int weight in weights)
            sum += weight;
        var shares = new int[weights.Length];
        var remainders = new long[weights.Length];
        var order = new int[weights.Length];
        int left = size;
        for (int i = 0; i < weights.Length; i++)
        {
            (long share, long remainder) = Math.DivRem((long)size * weights[i], sum);
            shares[i] = (int)share;
            left -= (int)share;
            remainders[i] = (-remainder * weights.Length) + i;
            order[i] = i;
        }
        Array.Sort(remainders, order);
        for (int i = 0; i < left; i++)
            shares[order[i]]++;
        return shares;
    }
}
