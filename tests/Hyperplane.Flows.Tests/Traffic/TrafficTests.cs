using System.Globalization;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Nodes, routers, clients and targets under faults, a seed a scenario: no established connection breaks, no
/// port has two users, nothing leaks.</summary>
/// <remarks>HYPERPLANE_SEED=n plays one seed alone and prints all its events; HYPERPLANE_SEEDS=first-last plays other
/// seeds than the usual ones.</remarks>
public sealed class TrafficTests(ITestOutputHelper output)
{
    private const int SeedsPerCase = 50;
    private const int Cases = 100;
    private const int LastEvents = 200;

    public static TheoryData<int, int> Ranges
    {
        get
        {
            (int from, int to) = Asked(Environment.GetEnvironmentVariable("HYPERPLANE_SEED"))
                ?? Asked(Environment.GetEnvironmentVariable("HYPERPLANE_SEEDS")) ?? (0, (SeedsPerCase * Cases) - 1);
            var ranges = new TheoryData<int, int>();
            for (int first = from; first <= to; first += SeedsPerCase)
                ranges.Add(first, Math.Min(to, first + SeedsPerCase - 1));
            return ranges;
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void No_seed_breaks_a_connection(int first, int last)
    {
        int[] failed =
        [
            .. Enumerable.Range(first, last - first + 1).AsParallel().Where(Fails).Order(),
        ];
        if (first == last)
            Print(first, int.MaxValue);
        else if (failed.Length > 0)
            Print(failed[0], LastEvents);
        Assert.True(failed.Length == 0, $"seeds {string.Join(", ", failed)}");
    }

    [Fact]
    public void The_seeds_meet_what_they_are_for()
    {
        var met = new Encounters();
        for (int seed = 0; seed < SeedsPerCase * Cases && met.Missing.Any(); seed++)
            met.Add(TrafficRun.Play(seed).Encounters);
        Assert.Empty(met.Missing);
    }

    private static (int From, int To)? Asked(string? seeds)
    {
        if (seeds is null)
            return null;
        int[] ends = [.. seeds.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return (ends[0], ends[^1]);
    }

    private static bool Fails(int seed) => TrafficRun.Play(seed).Violations.Count > 0;

    private void Print(int seed, int lastEvents)
    {
        TrafficCell world = TrafficRun.Play(seed, isLogged: true);
        output.WriteLine(world.Scenario.ToString());
        foreach (string line in world.Events.TakeLast(lastEvents))
            output.WriteLine(line);
        foreach (string violation in world.Violations)
            output.WriteLine(violation);
    }
}
