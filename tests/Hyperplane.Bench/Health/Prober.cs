using System.Diagnostics;
using System.Net;
using Hyperplane.Health;

namespace Hyperplane.Bench.Health;

/// <summary>The agent's checker on ten thousand targets, in a process of its own: its CPU time is the figure.</summary>
internal static class Prober
{
    private const int Seed = 7;

    // As long as the interval is the most that can be under way.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Waits until all have their places in time, then looks for so many seconds.</summary>
    public static async Task<HealthRun> RunAsync(HealthCase wanted, int targets, int seconds)
    {
        var interval = TimeSpan.FromSeconds(wanted.IntervalSeconds);
        TimeSpan timeout = interval < Longest ? interval : Longest;
        int rounds = 3 + (int)((wanted.WarmUp.TotalSeconds + seconds) / wanted.IntervalSeconds);
        var clock = new ProbeStarts(targets * rounds);
        var known = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        int well = Enumerable.Range(0, targets).Count(n => wanted.Target(n).Fate == TargetFate.IsWell);
        long began = 0;
        await using var checker = new HealthChecker(
            new HealthCheckerOptions { Seed = Seed, TimeProvider = clock },
            (_, _, verdict) =>
            {
                if (verdict.State == TargetHealthState.Healthy && Interlocked.Decrement(ref well) == 0)
                    known.TrySetResult(Stopwatch.GetElapsedTime(began).TotalSeconds);
            });
        HealthCheckTarget[] all = [.. Enumerable.Range(0, targets).Select(number => Describe(wanted, number, timeout))];
        if (well == 0)
            known.SetResult(0);
        began = Stopwatch.GetTimestamp();
        checker.Set(all);
        var slots = new ProbeSlots(clock, Seed, targets, interval);
        await Task.Delay(wanted.WarmUp);
        HealthCounters before = checker.ReadCounters();
        using var process = Process.GetCurrentProcess();
        (TimeSpan cpu, TimeSpan system) = (process.TotalProcessorTime, process.PrivilegedProcessorTime);
        long allocated = GC.GetTotalAllocatedBytes();
        long from = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        long until = Stopwatch.GetTimestamp();
        process.Refresh();
        (cpu, system) = (process.TotalProcessorTime - cpu, process.PrivilegedProcessorTime - system);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        HealthCounters after = checker.ReadCounters();
        ProbeSlots.Lateness late = slots.Look(from, until);
        return new HealthRun
        {
            Seconds = Stopwatch.GetElapsedTime(from, until).TotalSeconds,
            Due = late.Due,
            Started = late.Started,
            Wrong = Wrong(wanted, before, after),
            LateP50Ms = Percentiles.At(late.Ms, 0.5),
            LateP99Ms = Percentiles.At(late.Ms, 0.99),
            LateMaxMs = late.Ms.DefaultIfEmpty().Max(),
            LateFirstMs = late.FirstMs,
            LateLastMs = late.LastMs,
            CpuSeconds = cpu.TotalSeconds,
            SystemSeconds = system.TotalSeconds,
            AllocatedBytes = allocated,
            PeakMegabytes = process.PeakWorkingSet64 / 1e6,
            AllKnownSeconds = known.Task.IsCompleted ? await known.Task : -1,
        };
    }

    private static HealthCheckTarget Describe(HealthCase wanted, int number, TimeSpan timeout)
    {
        (_, string address, int port) = wanted.Target(number);
        return new HealthCheckTarget(
            (uint)number,
            1,
            new IPEndPoint(IPAddress.Parse(address), port),
            new HealthCheckSettings
            {
                Kind = wanted.Kind,
                Interval = TimeSpan.FromSeconds(wanted.IntervalSeconds),
                Timeout = ProbeStarts.TimeoutOf(number, timeout),
            },
            IPAddress.Parse(HealthNetwork.Source));
    }

    private static long Wrong(HealthCase wanted, HealthCounters before, HealthCounters after) =>
        after.NotSent - before.NotSent + after.CodeMismatches - before.CodeMismatches
        + (wanted.RefusedOfTen == 0 ? after.Failures - before.Failures : 0)
        + (wanted.SilentOfTen == 0 ? after.Timeouts - before.Timeouts : 0)
        + (wanted.SilentOfTen + wanted.RefusedOfTen == 10 ? after.Successes - before.Successes : 0);
}
