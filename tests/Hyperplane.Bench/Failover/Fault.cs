namespace Hyperplane.Bench.Failover;

/// <summary>Something that befalls nodes, and how it ends.</summary>
/// <param name="Name">As given to --fault.</param>
/// <param name="Purpose">One line for people.</param>
/// <param name="Nodes">Nodes of the cell it needs.</param>
/// <param name="Victims">How many nodes it touches.</param>
/// <param name="Inject">Does it, and returns when what it does is over or lasts.</param>
internal sealed record Fault(
    string Name, string Purpose, int Nodes, int Victims, Func<FailoverCell, IReadOnlyList<string>, Task> Inject)
{
    /// <summary>What comes before the connections are opened.</summary>
    public Func<FailoverCell, IReadOnlyList<string>, Task> Prepare { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>Undoes it; the run then waits until all nodes are back.</summary>
    public Func<FailoverCell, IReadOnlyList<string>, Task> Heal { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>Whether connections may find their way while the fault lasts: then the run waits for that before it
    /// heals. A fault of fixed length does not wait.</summary>
    public bool Lasts { get; init; }

    /// <summary>What the fault and its end may cost.</summary>
    public FaultAims Aims { get; init; } = new(null, null, null);
}
