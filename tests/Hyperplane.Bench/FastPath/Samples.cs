using System.Globalization;
using Hyperplane.Dataplane.Kernel.Bpf;

namespace Hyperplane.Bench.FastPath;

/// <summary>Programs measured in turns, many times and shortly: each turn has all of them, there and back, so that what
/// slows the machine down slows all of them down.</summary>
/// <remarks>What a program takes beside another is the median of the differences within the turns. The same is worked
/// out from the first, second, fifth, sixth, … turn and from the others; a figure of which they say different things,
/// by more than a twentieth of the program's time and by more than the clock of so short a thing tells, is not
/// repeatable.</remarks>
internal sealed class Samples(TestRun run)
{
    private const int Turns = 101;
    private const double LeastDifferenceNs = 5;
    private const double LeastDifferenceShare = 0.05;
    private const string Harness = "nothing";

    private readonly List<(string Name, int Program, XdpVerdict Verdict)> _programs =
        [(Harness, run.Program(Harness), XdpVerdict.Transmit)];

    private readonly Dictionary<string, double[]> _ns = [];

    /// <summary>Figures of which the turns say different things, with both values.</summary>
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
        // The first turn warms up.
        for (int turn = -1; turn < Turns; turn++)
        {
            for (int i = 0; i < _programs.Count; i++)
            {
                (string name, int program, XdpVerdict verdict) =
                    _programs[turn % 2 == 0 ? i : _programs.Count - 1 - i];
                double ns = run.Ns(program, verdict);
                if (turn >= 0)
                    _ns[name][turn] = ns;
            }
        }
        return this;
    }

    /// <summary>Nanoseconds of a program beside the harness, or beside another program.</summary>
    public double Net(string name, string beside = Harness)
    {
        double[] differences = [.. _ns[name].Zip(_ns[beside], (its, others) => its - others)];
        double net = Percentiles.At(differences, 0.5);
        double one = Half(0);
        double other = Half(2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.FlowCount,9:N0} flows {name,-16} {net,6:F0} ns beside {beside}, quartiles "
            + $"{Percentiles.At(differences, 0.25):F0} and {Percentiles.At(differences, 0.75):F0}"));
        double itsNs = Percentiles.At(_ns[name], 0.5) - Percentiles.At(_ns[Harness], 0.5);
        if (Math.Abs(one - other) > Math.Max(LeastDifferenceNs, itsNs * LeastDifferenceShare))
            Unrepeatable.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} at {run.FlowCount:N0} flows: {one:F0} and {other:F0} ns in the halves of its turns"));
        return net;

        // Two turns in a row: there and back.
        double Half(int first) => Percentiles.At(differences.Where((_, turn) => (turn & 2) == first), 0.5);
    }
}
