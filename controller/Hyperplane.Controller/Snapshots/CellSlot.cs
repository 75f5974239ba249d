using Google.Protobuf;
using Hyperplane.Controller.Rollouts;
using Hyperplane.Controller.Signals;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A cell's newest snapshot, who may have it, and who waits for the next.</summary>
internal sealed class CellSlot
{
    private const int MaxHashes = 64;
    private readonly Lock _gate = new();
    private readonly Queue<ByteString> _hashes = new();
    private volatile CompiledSnapshot? _current;
    private volatile RolloutProgress _progress = RolloutProgress.None;

    /// <summary>Null until it was compiled.</summary>
    public CompiledSnapshot? Current => _current;

    /// <summary>The outbox state that the newest one was made of.</summary>
    public ChangeMark? Changes { get; private set; }

    /// <summary>Raised when there is a newer one, or somebody more may have it.</summary>
    public AsyncSignal Changed { get; } = new();

    /// <summary>Whether some nodes may not have the newest one yet.</summary>
    public bool IsHeld => _current is { } current && current.Turn > _progress.Proven;

    /// <summary>The newest version that the cell got over.</summary>
    public ulong Proven => _progress.Proven;

    /// <summary>Whether a node may have a snapshot.</summary>
    /// <param name="snapshot">The newest.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="accepted">The highest version that it ever accepted.</param>
    public bool Allows(CompiledSnapshot snapshot, int nodeId, ulong accepted)
    {
        RolloutProgress progress = _progress;
        return RolloutRules.MayHave(
            snapshot.Turn, progress.Proven, progress.Offers.GetValueOrDefault(nodeId), accepted);
    }

    /// <summary>Whether a snapshot of this hash was made here a while ago.</summary>
    public bool Knows(ByteString hash)
    {
        lock (_gate)
            return _hashes.Contains(hash);
    }

    /// <summary>Remembers that the store knows a snapshot.</summary>
    public void Learn(ByteString hash)
    {
        lock (_gate)
        {
            _hashes.Enqueue(hash);
            if (_hashes.Count > MaxHashes)
                _hashes.Dequeue();
        }
    }

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
            Learn(made.Snapshot.Hash);
        }

        Changed.Raise();
    }

    /// <summary>Takes what a roll-out came to; what was given is never taken back.</summary>
    public void Advance(RolloutProgress progress)
    {
        lock (_gate)
        {
            RolloutProgress merged = _progress.Merge(progress);
            if (merged == _progress)
                return;
            _progress = merged;
        }

        Changed.Raise();
    }
}
