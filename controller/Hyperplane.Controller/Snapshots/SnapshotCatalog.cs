using System.Collections.Concurrent;
using Hyperplane.Controller.Signals;

namespace Hyperplane.Controller.Snapshots;

/// <summary>The newest snapshot of each cell, for all who serve agents.</summary>
internal sealed class SnapshotCatalog
{
    private readonly ConcurrentDictionary<string, CellSlot> _cells = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when every cell was looked at once.</summary>
    public Task Filled => _filled.Task;

    /// <summary>The cell's slot; null when there is no such cell.</summary>
    public CellSlot? Find(string cell) => _cells.GetValueOrDefault(cell);

    /// <summary>The cells whose newest snapshot not all nodes may have yet.</summary>
    public IReadOnlyList<string> Held => [.. _cells.Where(cell => cell.Value.IsHeld).Select(cell => cell.Key)];

    /// <summary>A cell was met for the first time.</summary>
    public AsyncSignal Added { get; } = new();

    /// <summary>The cell's slot, made when it is new.</summary>
    public CellSlot Slot(string cell)
    {
        if (_cells.TryGetValue(cell, out CellSlot? known))
            return known;
        CellSlot slot = _cells.GetOrAdd(cell, static _ => new CellSlot());
        Added.Raise();
        return slot;
    }

    /// <summary>All cells were looked at.</summary>
    public void MarkFilled() => _filled.TrySetResult();
}
