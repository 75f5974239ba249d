using System.Diagnostics;

namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>
/// Asks a running program again and again until it says what is expected, or the deadline has passed.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>Each probe is a process of its own, so asking without a pause is no busy loop of ours.</summary>
    public static string Says(Func<string> probe, Func<string, bool> expected, string what)
    {
        var watch = Stopwatch.StartNew();
        string last;
        do
        {
            last = probe();
            if (expected(last))
                return last;
        }
        while (watch.Elapsed < Deadline);
        throw new TimeoutException($"{what}: not within {Deadline.TotalSeconds} s; last seen:\n{last}");
    }
}
