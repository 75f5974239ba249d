namespace Hyperplane.Dataplane.Maglev;

/// <summary>How many slots a group's table gets.</summary>
public static class MaglevSize
{
    private const int SlotsPerShare = 100;

    private static readonly int[] Primes = [4_093, 16_381, 65_537, 131_071, 327_673, 655_373];

    /// <summary>The smallest of a few primes that gives the lightest target 100 slots; at most <paramref
    /// name="limit"/>.</summary>
    /// <remarks>A node can have a hundred thousand groups, most of them with a few targets: 65,537 slots for each would
    /// be gigabytes for nothing. 100 slots a target keep the error of a share at 1 % (NSDI 2016, section
    /// 5.3).</remarks>
    /// <param name="weightSum">Of the targets that may ever be chosen, healthy or not.</param>
    /// <param name="lightest">Their smallest weight, above 0.</param>
    /// <param name="limit">The largest table allowed, a prime.</param>
    public static int For(long weightSum, int lightest, int limit)
    {
        foreach (int prime in Primes)
        {
            if (prime >= limit)
                break;
            if ((double)weightSum / lightest * SlotsPerShare <= prime)
                return prime;
        }
        return limit;
    }

    /// <summary>Whether a number is a prime that a table may have as its size: 251 to 655,373.</summary>
    public static bool IsAllowed(int size)
    {
        if (size is < 251 or > 655_373)
            return false;
        for (int divisor = 2; divisor * divisor <= size; divisor++)
        {
            if (size % divisor == 0)
                return false;
        }
        return true;
    }
}
