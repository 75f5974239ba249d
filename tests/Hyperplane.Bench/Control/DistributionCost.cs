using System.Diagnostics;
using Hyperplane.Lab.Control;

namespace Hyperplane.Bench.Control;

/// <summary>What keeping the nodes up with changes costs, at several rates of change.</summary>
/// <param name="Rate">Changes a second.</param>
/// <param name="CpuShare">Of one core, the controller's.</param>
/// <param name="MegabytesPerSecond">Snapshots sent to all nodes.</param>
/// <param name="SnapshotsPerSecond">Of all nodes.</param>
internal sealed record DistributionCost(
    double Rate, double CpuShare, double MegabytesPerSecond, double SnapshotsPerSecond)
{
    private static readonly int[] Rates = [0, 1, 5, 20, 50, 100, 150];
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    /// <summary>Measures each rate in turn.</summary>
    public static async Task<IReadOnlyList<DistributionCost>> MeasureAsync(
        ServerProcess controller, IReadOnlyList<SimulatedAgent> agents, Func<int, Task> change)
    {
        var costs = new List<DistributionCost>();
        int number = 0;
        foreach (int rate in Rates)
        {
            double cpu = controller.CpuSeconds;
            (long bytes, long bodies) = Sum(agents);
            long began = Stopwatch.GetTimestamp();
            int from = number;
            if (rate > 0)
                await ApiLoad.RunAsync(rate, Length, index => change(from + index));
            else
                await Task.Delay(Length);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            (long bytesAfter, long bodiesAfter) = Sum(agents);
            number += rate * (int)Length.TotalSeconds;
            costs.Add(new DistributionCost(
                rate,
                (controller.CpuSeconds - cpu) / seconds,
                (bytesAfter - bytes) / 1e6 / seconds,
                (bodiesAfter - bodies) / seconds));
            Console.WriteLine(
                $"{rate,4} changes/s: {costs[^1].CpuShare,5:F2} cores, {costs[^1].MegabytesPerSecond,6:F1} MB/s, "
                + $"{costs[^1].SnapshotsPerSecond,5:F0} snapshots/s");
        }

        return costs;
    }

    private static (long Bytes, long Bodies) Sum(IReadOnlyList<SimulatedAgent> agents) =>
        (agents.Sum(agent => agent.Received), agents.Sum(agent => (long)agent.Bodies));
}
