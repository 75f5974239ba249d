namespace Hyperplane.Bgp;

/// <summary>What other threads want of one peer's loop: the newest routes, the first reason to stop, and that BFD
/// lost the peer.</summary>
internal sealed class PeerCommands
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _wake = NewWake();
    private IReadOnlyCollection<BgpRoute>? _routes;
    private string? _stopReason;
    private bool _bfdDown;

    public void Set(IReadOnlyCollection<BgpRoute> desired)
    {
        lock (_gate)
        {
            _routes = desired;
            _wake.TrySetResult();
        }
    }

    public void BfdDown()
    {
        lock (_gate)
        {
            _bfdDown = true;
            _wake.TrySetResult();
        }
    }

    public void Stop(string reason)
    {
        lock (_gate)
        {
            _stopReason ??= reason;
            _wake.TrySetResult();
        }
    }

    /// <summary>Takes the routes, null if there are no new ones; the task ends when there is more to take.</summary>
    public (IReadOnlyCollection<BgpRoute>? Routes, bool BfdDown, string? StopReason, Task Wake) Take()
    {
        lock (_gate)
        {
            if (_wake.Task.IsCompleted)
                _wake = NewWake();
            (IReadOnlyCollection<BgpRoute>? routes, _routes) = (_routes, null);
            (bool bfdDown, _bfdDown) = (_bfdDown, false);
            return (routes, bfdDown, _stopReason, _wake.Task);
        }
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
