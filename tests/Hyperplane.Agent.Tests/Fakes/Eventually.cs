using System.Diagnostics;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>Waits for what another thread, process or the kernel brings about.</summary>
internal static class Eventually
{
    private const double DeadlineSeconds = 60;

    public static async Task Holds(Func<bool> condition, Func<string>? otherwise = null)
    {
        long start = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start)
                .TotalSeconds < DeadlineSeconds, otherwise?.Invoke() ?? "did not happen");
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
