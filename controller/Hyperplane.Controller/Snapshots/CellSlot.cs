using Hyperplane.Controller.Signals;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A cell's newest snapshot and who waits for the next.</summary>
internal sealed class CellSlot
{
    private readonly Lock _gate = new();
    private volatile CompiledSnapshot? _current;

    /// <summary>Null until it was compiled.</summary>
    public CompiledSnapshot? Current => _current;

    /// <summary>The outbox state that the newest one was made of.</summary>
    public ChangeMark? Changes { get; private set; }

    /// <summary>Raised when there is a newer one.</summary>
    public AsyncSignal Changed { get; } = new();

    /// <summary>Takes a snapshot unless a newer one is here already.</summary>
    public void Offer(MadeSnapshot made)
    {
        lock (_gate)
        {
            if (_current is { } present && present.Version > made.Snapshot.Version)
                return;
            Changes = made.Changes;
            if (_current?.Version == made.Snapshot.Version)
                return;
            _current = made.Snapshot;
        }

        Changed.Raise();
    }
}
