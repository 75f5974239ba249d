namespace Hyperplane.Bench;

/// <summary>Percentiles by the nearest rank.</summary>
public static class Percentiles
{
    /// <summary>The value that <paramref name="share"/> (0 to 1) of the samples do not exceed.</summary>
    public static double At(IEnumerable<double> samples, double share)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
