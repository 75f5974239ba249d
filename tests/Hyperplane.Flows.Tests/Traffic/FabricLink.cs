namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>One direction of a cable: keeps order.</summary>
internal sealed class FabricLink
{
    /// <summary>When the last frame arrives.</summary>
    public long LastNs { get; set; }

    /// <summary>What every frame takes longer.</summary>
    public long ExtraNs { get; set; }
}
