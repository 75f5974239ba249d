using System.Globalization;

namespace Hyperplane.Bench.Forward;

/// <summary>Frames a second of several ways, measured in rounds: one short run of each way in each round, so that what
/// slows the machine down slows all of them down.</summary>
/// <remarks>What is said of two ways is the median of what the rounds say of them, and holds when every second round
/// says the same.</remarks>
internal sealed class Rounds
{
    private const double NsPerSecond = 1e9;
    private const double LeastDifferenceNs = 10;
    private const double LeastDifferenceShare = 0.1;
    private readonly Dictionary<string, List<double>> _rates = new(StringComparer.Ordinal);

    /// <summary>What does not hold, with both values.</summary>
    public List<string> Unrepeatable { get; } = [];

    /// <summary>The ways, in the order they came.</summary>
    public IEnumerable<string> Ways => _rates.Keys;

    /// <summary>Notes a run.</summary>
    public void Add(string way, double framesPerSecond)
    {
        if (!_rates.TryGetValue(way, out List<double>? all))
            _rates.Add(way, all = []);
        all.Add(framesPerSecond);
    }

    /// <summary>Frames a second.</summary>
    public double Rate(string way) => Percentiles.At(_rates[way], 0.5);

    /// <summary>Nanoseconds a frame takes more than another way's.</summary>
    public double More(string way, string than) => Tell(
        $"{way} more than {than}, ns", way, than, (one, other) => (NsPerSecond / one) - (NsPerSecond / other),
        LeastDifferenceNs);

    /// <summary>How many times the frames of another way.</summary>
    public double Times(string way, string other) => Tell(
        $"{way} to {other}", way, other, (one, others) => one / others, 0);

    private double Tell(
        string what, string way, string than, Func<double, double, double> compare, double leastDifference)
    {
        double[] all = [.. _rates[way].Zip(_rates[than], compare)];
        double median = Percentiles.At(all, 0.5);
        double even = Percentiles.At(all.Where((_, round) => round % 2 == 0), 0.5);
        double odd = Percentiles.At(all.Where((_, round) => round % 2 == 1), 0.5);
        string seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {median:G4}, quartiles {Percentiles.At(all, 0.25):G4} and {Percentiles.At(all, 0.75):G4}, "
            + $"every second round {even:G4} and {odd:G4}");
        Console.WriteLine(seen);
        if (Math.Abs(even - odd) > Math.Max(leastDifference, Math.Abs(median) * LeastDifferenceShare))
            Unrepeatable.Add(seen);
        return median;
    }
}
