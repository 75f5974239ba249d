using System.Diagnostics;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>Asks a running program again and again until it says what is expected, or the time is over.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>Each probe is a process of its own, so asking without a pause is no busy loop of ours.</summary>
    public static string Says(Func<string> probe, string expected, TimeSpan? limit = null)
    {
        var watch = Stopwatch.StartNew();
        string last;
        do
        {
            last = probe();
            if (last.Contains(expected, StringComparison.Ordinal))
                return last;
        }
        while (watch.Elapsed < (limit ?? Deadline));
        throw new TimeoutException($"\"{expected}\" not within {watch.Elapsed.TotalSeconds:0} s; last seen:\n{last}");
    }
}
