namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>A row of small bars: the newest value at the right, the largest that is shown as high as a line.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>The last values, exactly <paramref name="width"/> columns; spaces where there are none yet.</summary>
    /// <remarks>Nothing is the lowest bar, and anything else at least the one above it.</remarks>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        double[] shown = [.. values.TakeLast(width)];
        double most = shown.Length == 0 ? 0 : shown.Max();
        return string.Concat(shown.Select(value => Bar(value, most))).PadLeft(width);
    }

    private static char Bar(double value, double most)
    {
        int highest = Bars.Length - 1;
        return value <= 0 ? Bars[0] : Bars[Math.Clamp((int)Math.Ceiling(value / most * highest), 1, highest)];
    }
}
