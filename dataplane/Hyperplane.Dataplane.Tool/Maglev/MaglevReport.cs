using System.Diagnostics;
using System.Globalization;
using Hyperplane.Dataplane.Maglev;

namespace Hyperplane.Dataplane.Tool.Maglev;

/// <summary>One table's figures in words.</summary>
internal static class MaglevReport
{
    private const int Builds = 9;
    private const int Draws = 5;

    /// <summary>A line each; names of the figures stand in the first 12 columns.</summary>
    public static IEnumerable<string> Lines(uint[] ids, int[] weights, int size)
    {
        MaglevTable table = MaglevTable.Build(ids, weights, size);
        int[] shares = MaglevMoves.Shares(table.Slots, ids.Length);
        bool isWeighted = weights.Distinct().Skip(1).Any();
        yield return Line("size", $"{size:N0} slots, {size * (long)sizeof(ushort) / 1024.0:N0} KiB");
        yield return Line("targets", $"{ids.Length:N0}" + (isWeighted
            ? string.Create(CultureInfo.InvariantCulture, $", weights {weights.Min()} to {weights.Max()}")
            : ", equal weights"));
        yield return Line("build", $"{MedianBuildMs(ids, weights, size):N2} ms (median of {Builds})");
        yield return Line(
            "slots", $"{shares.Min():N0} to {shares.Max():N0} a target, {(double)size / ids.Length:N1} on average");
        yield return Line(
            "spread", isWeighted
                ? $"at most {MaglevMoves.WorstError(shares, weights, size):N2} slots off the share of the weight"
                : $"{shares.Max() - shares.Min():N0} slots");
        foreach (int lost in new[] { 1, ids.Length / 100, ids.Length / 10 }.Distinct().Where(n => n > 0))
        {
            if (lost >= ids.Length)
                continue;
            (double had, double extra) = MaglevMoves.Lose(ids, weights, size, lost, Draws);
            yield return Line(
                "loss", $"of {lost:N0}: {had:P2} of the table must move, {extra:P2} more moves between the others");
        }
    }

    private static double MedianBuildMs(uint[] ids, int[] weights, int size)
    {
        var times = new double[Builds];
        for (int i = 0; i < Builds; i++)
        {
            long began = Stopwatch.GetTimestamp();
            MaglevTable.Build(ids, weights, size);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Builds / 2];
    }

    private static string Line(string name, FormattableString text) =>
        Line(name, text.ToString(CultureInfo.InvariantCulture));

    private static string Line(string name, string text) => name.PadRight(12) + text;
}
