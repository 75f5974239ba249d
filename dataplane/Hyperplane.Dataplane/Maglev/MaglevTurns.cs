using System.Runtime.CompilerServices;

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
        var buckets = new int[size];
        int filled = 0;
        foreach (int share in shares)
            filled = Spread(share, size, buckets, ends, filled);
        for (int bucket = 0; bucket < size; bucket++)
            ends[bucket + 1] += ends[bucket];
        filled = 0;
        for (int target = 0; target < shares.Length; target++)
        {
            for (int turn = 0; turn < shares[target]; turn++)
                turns[ends[buckets[filled++]]++] = (ushort)target;
        }
        return turns;
    }

    /// <summary>Adds floor((k + ½) × size / share) for every turn k, by steps with a running remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Spread(int share, int size, int[] buckets, int[] ends, int filled)
    {
        if (share == 0)
            return filled;
        int divisor = 2 * share;
        (int bucket, int rest) = Math.DivRem(size, divisor);
        (int step, int restStep) = Math.DivRem(2 * size, divisor);
        for (int turn = 0; turn < share; turn++)
        {
            buckets[filled++] = bucket;
            ends[bucket + 1]++;
            rest += restStep;
            int carry = rest >= divisor ? 1 : 0;
            rest -= carry * divisor;
            bucket += step + carry;
        }
        return filled;
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
