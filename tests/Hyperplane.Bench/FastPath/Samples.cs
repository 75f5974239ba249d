using System.Globalization;
using Hyperplane.Dataplane.Kernel.Bpf;

namespace Hyperplane.Bench.FastPath;

/// <summary>Programs measured in turns, many times and shortly: what slows the machine down meets all of them, and in
/// most turns none.</summary>
/// <remarks>A program's time is the lower quartile of its turns, less that of the harness alone: what disturbs a turn
/// makes it longer, never shorter. The same is worked out from the first and from the second half of the turns; a
/// figure whose halves differ by more than a tenth, and by more than the clock of so short a thing tells, is not
/// repeatable.</remarks>
internal sealed class Samples(TestRun run)
{
    private const int Turns = 32;
    private const int HalfTurns = Turns / 2;
    private const double Quartile = 0.25;
    private const double LeastDifferenceNs = 10;
    private const double LeastDifferenceShare = 0.1;
    private const string Harness = "nothing";

    private readonly List<(string Name, int Program, XdpVerdict Verdict)> _programs =
        [(Harness, run.Program(Harness), XdpVerdict.Transmit)];

    private readonly Dictionary<string, double[]> _ns = [];

    /// <summary>Figures whose halves differ, with both values.</summary>
    public List<string> Unrepeatable { get; } = [];

    /// <summary>Adds a program to the turns.</summary>
    public Samples With(string name, int program, XdpVerdict verdict)
    {
        _programs.Add((name, program, verdict));
        return this;
    }

    /// <summary>Takes all turns.</summary>
    public Samples Take()
    {
        foreach ((string name, _, _) in _programs)
            _ns[name] = new double[Turns];
        for (int turn = -1; turn < Turns; turn++)
        {
            foreach ((string name, int program, XdpVerdict verdict) in _programs)
            {
                double ns = run.Ns(program, verdict);
                // The first turn warms up.
                if (turn >= 0)
                    _ns[name][turn] = ns;
            }
        }
        return this;
    }

    /// <summary>Nanoseconds of a program beside the harness.</summary>
    public double Net(string name)
    {
        double net = Of(name, _ => true);
        double first = Of(name, turn => turn < HalfTurns);
        double second = Of(name, turn => turn >= HalfTurns);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.FlowCount,9:N0} flows {name,-12} {net,6:F0} ns, halves {first:F0} and {second:F0}"));
        if (Math.Abs(first - second) > Math.Max(LeastDifferenceNs, net * LeastDifferenceShare))
            Unrepeatable.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} at {run.FlowCount:N0} flows: {first:F0} and {second:F0} ns in the two halves of its turns"));
        return net;
    }

    private double Of(string name, Func<int, bool> takes) => Lower(name, takes) - Lower(Harness, takes);

    private double Lower(string name, Func<int, bool> takes) =>
        Percentiles.At(_ns[name].Where((_, turn) => takes(turn)), Quartile);
}
