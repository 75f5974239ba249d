namespace Hyperplane.Controller.Contracts.Snapshots;

/// <summary>How far the newest snapshot of a cell has come.</summary>
public enum RolloutPhase
{
    /// <summary>Every node may have it.</summary>
    Done,

    /// <summary>It goes from node to node.</summary>
    Rolling,

    /// <summary>A node refused it or fell ill with it: those that have it not keep the old one.</summary>
    Halted,
}
