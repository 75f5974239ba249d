using System.Diagnostics;

namespace Hyperplane.Bench.Health;

/// <summary>When each target's probes are due, from the seed as the scheduler has it, and how far behind that they
/// started.</summary>
/// <remarks>Were the places drawn otherwise some day, lateness would be half an interval on average, and the run is not
/// valid.</remarks>
internal sealed class ProbeSlots
{
    private readonly ProbeStarts _starts;
    private readonly double[] _phasesMs;
    private readonly double _intervalMs;

    /// <summary>Of a checker that was just given its targets, all of one interval.</summary>
    public ProbeSlots(ProbeStarts starts, int seed, int targets, TimeSpan interval)
    {
        _starts = starts;
        _intervalMs = interval.TotalMilliseconds;
        var random = new Random(seed);
        double placedMs = Math.Floor(SinceZeroMs(starts.Placed));
        _phasesMs = [.. Enumerable.Range(0, targets).Select(_ => placedMs + random.NextInt64((long)_intervalMs))];
    }

    /// <summary>All slots between two moments, and what was started in them.</summary>
    public Lateness Look(long from, long until)
    {
        (double fromMs, double untilMs) = (SinceZeroMs(from), SinceZeroMs(until));
        var late = new List<double>();
        var seen = new HashSet<(int Target, long Slot)>();
        var quarters = new (double SumMs, int Count)[4];
        foreach ((int target, long at) in _starts.Starts)
        {
            double sinceMs = SinceZeroMs(at) - _phasesMs[target];
            long slot = (long)Math.Floor(sinceMs / _intervalMs);
            double dueMs = _phasesMs[target] + (slot * _intervalMs);
            if (slot < 0 || dueMs < fromMs || dueMs >= untilMs || !seen.Add((target, slot)))
                continue;
            late.Add(sinceMs - (slot * _intervalMs));
            ref (double SumMs, int Count) quarter = ref quarters[(int)((dueMs - fromMs) * 4 / (untilMs - fromMs))];
            quarter = (quarter.SumMs + late[^1], quarter.Count + 1);
        }

        return new Lateness(
            _phasesMs.Sum(phase => Slots(untilMs - phase) - Slots(fromMs - phase)),
            late.Count,
            late,
            quarters[0].SumMs / Math.Max(quarters[0].Count, 1),
            quarters[3].SumMs / Math.Max(quarters[3].Count, 1));
    }

    /// <summary>Slots that began in so many milliseconds from the phase on.</summary>
    private int Slots(double ms) => (int)Math.Ceiling(ms / _intervalMs);

    private double SinceZeroMs(long at) => Stopwatch.GetElapsedTime(_starts.Zero, at).TotalMilliseconds;

    /// <summary>What was seen.</summary>
    /// <param name="Due">Slots.</param>
    /// <param name="Started">Of them, those with a start.</param>
    /// <param name="Ms">How late each start was.</param>
    /// <param name="FirstMs">Mean of the first quarter of the time.</param>
    /// <param name="LastMs">Mean of the last.</param>
    internal sealed record Lateness(
        int Due, int Started, IReadOnlyList<double> Ms, double FirstMs, double LastMs);
}
