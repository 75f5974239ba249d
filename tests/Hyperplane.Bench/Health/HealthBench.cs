using System.Globalization;
using System.Text.Json;

namespace Hyperplane.Bench.Health;

/// <summary>Ten thousand targets checked by one node, on one core: what it costs, how late probes are, and whether that
/// depends on how the targets are.</summary>
/// <remarks>The checker is the agent's, with its settings, on real sockets, in a process that has one core; targets are
/// another program on the other core. Baseline: bare connects at the same rate in a plain loop.</remarks>
internal static class HealthBench
{
    private const int Targets = 10_000;
    private const int UsualSeconds = 30;
    private const int BareSeconds = 15;

    // A probe in ten thousand may meet the port of a connection that is still in TIME_WAIT.
    private const double WrongShare = 1e-3;

    private static readonly string[] BareCases = [HealthCase.Usual, "tcp_half_refused", "tcp_all_silent"];

    /// <summary>Runs all cases, or, inside the namespace, one of them.</summary>
    public static async Task<Result> Run(string[] arguments)
    {
        switch (arguments)
        {
            case [Answerer.Argument]:
                Answerer.Run();
                Environment.Exit(0);
                break;
            case ["--probe", var name, var count]:
                Print(await Prober.RunAsync(Case(name), Targets, Number(count)));
                break;
            case ["--bare", var name, var count]:
                Print(new BareConnects().Run(Case(name), Targets, Number(count)));
                break;
            default:
                break;
        }

        (string[] cases, int seconds) = arguments switch
        {
            [] => ([.. HealthCase.All.Select(c => c.Name)], UsualSeconds),
            ["--seconds", var count] => ([.. HealthCase.All.Select(c => c.Name)], Number(count)),
            ["--seconds", var count, .. var names] => (names, Number(count)),
            _ => throw new FormatException("[--seconds N [CASE…]]"),
        };
        return await MeasureAsync([.. cases.Select(Case)], seconds);
    }

    private static async Task<Result> MeasureAsync(HealthCase[] cases, int seconds)
    {
        double others = await MachineTime.OthersShareAsync();
        using HealthNetwork network = await HealthNetwork.UpAsync();
        var runs = new Dictionary<HealthCase, HealthRun>();
        var bare = new Dictionary<HealthCase, BareRun>();
        foreach (HealthCase wanted in cases)
        {
            HealthRun run = Read<HealthRun>(
                await network.RunAsync("--probe", wanted.Name, $"{Math.Max(seconds, wanted.IntervalSeconds)}"));
            runs.Add(wanted, run);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{wanted.Name,-18} {run.Started:N0} of {run.Due:N0} probes, {run.Wrong} wrong, "
                + $"late {run.LateP50Ms:F1} / {run.LateP99Ms:F1} / {run.LateMaxMs:F1} ms, "
                + $"{run.LateFirstMs:F2} -> {run.LateLastMs:F2} ms, "
                + $"{run.Cores:F3} cores ({run.SystemSeconds / run.CpuSeconds:P0} system), "
                + $"{run.AllocatedBytes / Math.Max(run.Started, 1):N0} B a probe, {run.PeakMegabytes:F0} MB, "
                + $"all known after {run.AllKnownSeconds:F2} s"));
            if (!BareCases.Contains(wanted.Name))
                continue;
            bare.Add(wanted, Read<BareRun>(await network.RunAsync("--bare", wanted.Name, $"{BareSeconds}")));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{"  bare connects",-18} {bare[wanted].Connects:N0}, {bare[wanted].Answered:N0} answered, "
                + $"{bare[wanted].Cores:F3} cores"));
        }

        bool valid = others < MachineTime.QuietShare
            && runs.All(pair => pair.Value.LateP50Ms < pair.Key.IntervalSeconds * 250);
        return new Result("health", valid, [.. cases.SelectMany(c => Figures(c, runs, bare))],
        [
            string.Create(CultureInfo.InvariantCulture, $"others used {others:P1} of the machine before the run"),
            "late: the start of a probe behind its slot; growth: mean of the last quarter less that of the first",
            "timeouts are as long as intervals, 10 s at most: with all targets silent all are being asked all the time",
            "the kernel's loopback does both ends' work on the prober's core: it is in the CPU time of both",
        ]);
    }

    private static IEnumerable<Figure> Figures(
        HealthCase wanted, Dictionary<HealthCase, HealthRun> runs, Dictionary<HealthCase, BareRun> bare)
    {
        HealthRun run = runs[wanted];
        HealthRun? usual = runs.FirstOrDefault(pair => pair.Key.Name == HealthCase.Usual).Value;
        BareRun? sockets = bare.GetValueOrDefault(wanted);
        string name = wanted.Name;
        yield return new Figure($"{name}_cpu", run.Cores, "cores", 1, true, sockets?.Cores, "bare connects");
        yield return new Figure($"{name}_per_probe", run.MicrosPerProbe, "us CPU", null, true, null, "");
        if (usual is not null && usual != run)
            yield return new Figure(
                $"{name}_cpu_ratio", run.MicrosPerProbe / usual.MicrosPerProbe, "x", null, true, 1, HealthCase.Usual);
        yield return new Figure($"{name}_done", run.Started * 100.0 / run.Due, "% of due", 100, false, null, "");
        yield return new Figure(
            $"{name}_wrong", run.Wrong * 100.0 / run.Due, "% of due", WrongShare * 100, true, null, "");
        yield return new Figure($"{name}_late_p50", run.LateP50Ms, "ms", null, true, null, "");
        yield return new Figure($"{name}_late_p99", run.LateP99Ms, "ms", null, true, null, "");
        yield return new Figure($"{name}_late_max", run.LateMaxMs, "ms", null, true, null, "");
        yield return new Figure($"{name}_late_growth", run.LateLastMs - run.LateFirstMs, "ms", 1, true, null, "");
        yield return new Figure(
            $"{name}_allocated", run.AllocatedBytes / (double)run.Started, "B/probe", null, true, null, "");
        yield return new Figure($"{name}_memory", run.PeakMegabytes, "MB", null, true, null, "");
    }

    private static HealthCase Case(string name) => HealthCase.All.FirstOrDefault(c => c.Name == name)
        ?? throw new FormatException($"no case '{name}': {string.Join(", ", HealthCase.All.Select(c => c.Name))}");

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 5 and <= 600
            ? number
            : throw new FormatException("seconds are 5 to 600");

    private static T Read<T>(string line) =>
        JsonSerializer.Deserialize<T>(line) ?? throw new InvalidOperationException("nothing was measured");

    /// <summary>The last line of a process of its own, which ends with it.</summary>
    private static void Print<T>(T run)
    {
        Console.WriteLine(JsonSerializer.Serialize(run));
        Environment.Exit(0);
    }
}
