using Hyperplane.Linux.Polling;

namespace Hyperplane.Mesh.Hosting;

/// <summary>Wakes the mesh thread with at most one system call until it has woken.</summary>
internal sealed class MeshAlarm : IDisposable
{
    private readonly WakeSignal _signal = new();
    private int _isSet;

    public int Descriptor => _signal.Descriptor;

    /// <summary>Any thread.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _isSet) == 0 && Interlocked.Exchange(ref _isSet, 1) == 0)
            _signal.Set();
    }

    /// <summary>The mesh thread, before it looks for what it was woken for.</summary>
    public void Reset(bool isSignalled)
    {
        if (isSignalled)
            _signal.Reset();
        Interlocked.Exchange(ref _isSet, 0);
    }

    public void Dispose() => _signal.Dispose();
}
