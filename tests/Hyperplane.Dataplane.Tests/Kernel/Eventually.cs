using System.Diagnostics;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Waits for what another thread or the kernel brings about.</summary>
internal static class Eventually
{
    private const double DeadlineSeconds = 20;

    public static void Holds(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < DeadlineSeconds, "did not happen within 20 s");
            Thread.Yield();
        }
    }
}
