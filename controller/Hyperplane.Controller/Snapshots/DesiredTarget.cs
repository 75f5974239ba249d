using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A target of a group.</summary>
internal readonly record struct DesiredTarget(uint Number, Ip Address, int Port, int Weight, bool Draining)
{
    /// <summary>Its time to drain is over, and its flows end with it.</summary>
    public bool Ends { get; init; }

    /// <summary>Where it is; null: near each zone.</summary>
    public string? Zone { get; init; }

    /// <summary>Whether it is in another zone than this one.</summary>
    public bool IsFar(string zone) => Zone is not null && !string.Equals(Zone, zone, StringComparison.Ordinal);
}
