namespace Hyperplane.Controller.Signals;

/// <summary>
/// Wakes all who wait for "something changed". Ask for <see cref="NextAsync"/> before looking, then no change is
/// missed.
/// </summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next <see cref="Raise"/>.</summary>
    public Task NextAsync() => Volatile.Read(ref _next).Task;

    /// <summary>Wakes all.</summary>
    public void Raise() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();

    /// <summary>Waits for a signal, at most so long; true when it came.</summary>
    public static async Task<bool> WaitAsync(Task signal, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await signal.WaitAsync(limit, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
