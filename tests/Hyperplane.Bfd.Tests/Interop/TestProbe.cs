using System.Diagnostics;

namespace Hyperplane.Bfd.Tests.Interop;

/// <summary>Looks at a number of another thread until it is as expected; there is no event for it.</summary>
internal static class TestProbe
{
    public static async Task Until(Func<bool> expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var watch = Stopwatch.StartNew();
        while (!expected())
        {
            if (watch.Elapsed > Eventually.Deadline)
                throw new TimeoutException("never as expected");
            await timer.WaitForNextTickAsync();
        }
    }
}
