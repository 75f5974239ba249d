namespace Hyperplane.Agent.Configuration;

/// <summary>How fast a dead neighbour is noticed, and this node's own standstill with it.</summary>
/// <param name="IntervalMs">Between two packets, 10 to 10,000; default 300; 100 and 50 are usual.</param>
/// <param name="Multiplier">Packets that may be missed, 2 to 50; default 3.</param>
public sealed record BfdConfig(int IntervalMs, int Multiplier)
{
    /// <summary>Silence that means death.</summary>
    public int DetectionMs => IntervalMs * Multiplier;

    /// <summary>Standstill after which others may take this node for dead: what they heard last may have been sent one
    /// interval before it began.</summary>
    public int StandstillMs => DetectionMs - IntervalMs;
}
