using System.Globalization;

namespace Hyperplane.Bench;

/// <summary>Busy time of the whole machine: what a frame costs is spent in softirqs, which are nobody's in any other
/// account.</summary>
internal static class MachineTime
{
    /// <summary>A machine with more of its own to do is too busy to measure on.</summary>
    public const double QuietShare = 0.05;

    /// <summary>Seconds that all cores were not idle since boot (proc(5), /proc/stat: jiffies of 10 ms).</summary>
    public static double BusySeconds()
    {
        double[] jiffies = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        return (jiffies[0] + jiffies[1] + jiffies[2] + jiffies[5] + jiffies[6]) / 100;
    }

    /// <summary>The share of the machine that others use while nothing is measured, 0 to 1; takes two
    /// seconds.</summary>
    public static async Task<double> OthersShareAsync()
    {
        const int Seconds = 2;
        double before = BusySeconds();
        await Task.Delay(TimeSpan.FromSeconds(Seconds));
        return (BusySeconds() - before) / (Seconds * Environment.ProcessorCount);
    }
}
