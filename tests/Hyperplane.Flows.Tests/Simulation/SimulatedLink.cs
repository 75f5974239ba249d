namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>One direction between two nodes.</summary>
internal sealed class SimulatedLink
{
    /// <summary>Nothing passes.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Counts connections: what belongs to an older one is lost.</summary>
    public int Connection { get; set; }

    /// <summary>What every batch takes longer.</summary>
    public long ExtraNs { get; set; }

    /// <summary>When the last batch arrives: order is kept.</summary>
    public long LastNs { get; set; }
}
