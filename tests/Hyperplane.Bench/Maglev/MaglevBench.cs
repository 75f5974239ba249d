using System.Diagnostics;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Tool.Maglev;

namespace Hyperplane.Bench.Maglev;

/// <summary>Tables of 1,000 targets at two sizes: time to build, spread, and what a loss of targets moves.</summary>
/// <remarks>Builds of ours, weighted and not, and of the plain loop take turns, so that all meet the same machine;
/// medians. The run is not valid when the plain loop gives another table than ours, or when its median is 30 % over its
/// best: the machine was busy.</remarks>
internal static class MaglevBench
{
    private const int Targets = 1_000;
    private const int HeaviestWeight = 100;
    private const int Draws = 11;
    private const int WarmUps = 5;
    private const double BusyFactor = 1.3;

    private static readonly (int Size, int Builds, double AimMs)[] Tables = [(65_537, 101, 1.8), (655_373, 31, 22)];

    public static Task<Result> Run(string[] arguments)
    {
        var figures = new List<Figure>();
        bool isSame = true;
        bool isQuiet = true;
        foreach ((int size, int builds, double aimMs) in Tables)
        {
            (bool same, bool quiet) = Measure(size, builds, aimMs, figures);
            (isSame, isQuiet) = (isSame && same, isQuiet && quiet);
        }
        return Task.FromResult(new Result(
            "maglev", isSame && isQuiet, figures,
            [
                $"{Targets:N0} targets; weighted: 1 to {HeaviestWeight}; medians, of moves over {Draws} draws",
                "extra moves: slots that moved between targets that stayed, of all slots",
                isSame ? "the plain loop gave the same tables" : "the plain loop gave another table",
                .. isQuiet ? Array.Empty<string>() : ["the machine was busy: see the plain loop's best"],
            ]));
    }

    private static (bool IsSame, bool IsQuiet) Measure(int size, int builds, double aimMs, List<Figure> figures)
    {
        uint[] ids = [.. Enumerable.Range(1, Targets).Select(id => (uint)id)];
        int[] equal = [.. ids.Select(_ => 1)];
        var random = new Random(7);
        int[] mixed = [.. ids.Select(_ => random.Next(1, HeaviestWeight + 1))];
        var ours = new double[builds];
        var weighted = new double[builds];
        var plain = new double[builds];
        for (int i = -WarmUps; i < builds; i++)
        {
            double oursMs = Ms(() => MaglevTable.Build(ids, equal, size));
            double weightedMs = Ms(() => MaglevTable.Build(ids, mixed, size));
            double plainMs = Ms(() => TextbookMaglev.Build(ids, size));
            if (i >= 0)
                (ours[i], weighted[i], plain[i]) = (oursMs, weightedMs, plainMs);
        }

        MaglevTable table = MaglevTable.Build(ids, equal, size);
        int[] shares = MaglevMoves.Shares(table.Slots, Targets);
        double plainMedian = Percentiles.At(plain, 0.5);
        figures.Add(new($"build_{size}", Percentiles.At(ours, 0.5), "ms", aimMs, true, plainMedian, "plain loop"));
        figures.Add(new($"build_{size}_best", ours.Min(), "ms", null, true, plain.Min(), "plain loop"));
        figures.Add(
            new($"build_{size}_weighted", Percentiles.At(weighted, 0.5), "ms", null, true, plainMedian, "plain loop"));
        figures.Add(new($"spread_{size}", shares.Max() - shares.Min(), "slots", 1, true, null, ""));
        int[] weightedShares = MaglevMoves.Shares(MaglevTable.Build(ids, mixed, size).Slots, Targets);
        double error = MaglevMoves.WorstError(weightedShares, mixed, size);
        figures.Add(new($"spread_{size}_weighted", error, "slots", 1, true, null, ""));
        foreach (int lost in new[] { 1, Targets / 100, Targets / 10 })
        {
            (_, double extra) = MaglevMoves.Lose(ids, equal, size, lost, Draws);
            figures.Add(new($"extra_moves_{size}_lost_{lost}", extra * 100, "%", null, true, null, ""));
        }
        return (table.Slots.SequenceEqual(TextbookMaglev.Build(ids, size)), plainMedian < plain.Min() * BusyFactor);
    }

    private static double Ms(Action build)
    {
        long began = Stopwatch.GetTimestamp();
        build();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
