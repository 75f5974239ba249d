namespace Hyperplane.Lab;

/// <summary>Counts what code allocates on its thread. The run-time itself allocates there when it compiles a method
/// anew, at a moment nobody can choose; what the code allocates shows in more than one round.</summary>
public static class Allocations
{
    /// <summary>Runs <paramref name="round"/> many times; returns the bytes that the second worst round allocated: 0
    /// for code that allocates nothing.</summary>
    /// <param name="rounds">How many; at least 2.</param>
    /// <param name="round">What is measured; takes the round's number from 0.</param>
    /// <param name="before">Called ahead of each round, not measured.</param>
    public static long In(int rounds, Action<int> round, Action<int>? before = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 2);
        ArgumentNullException.ThrowIfNull(round);
        long worst = 0;
        long second = 0;
        for (int i = 0; i < rounds; i++)
        {
            before?.Invoke(i);
            long start = GC.GetAllocatedBytesForCurrentThread();
            round(i);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - start;
            second = Math.Max(second, Math.Min(bytes, worst));
            worst = Math.Max(worst, bytes);
        }

        return second;
    }
}
