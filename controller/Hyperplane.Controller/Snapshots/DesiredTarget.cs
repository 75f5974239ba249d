using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A target of a group; the group is given by its number.</summary>
internal readonly record struct DesiredTarget(
    uint Group, uint Number, Ip Address, int Port, int Weight, bool Draining)
{
    /// <summary>Its time to drain is over, and its flows end with it.</summary>
    public bool Ends { get; init; }

    /// <summary>It is in another zone than the cell.</summary>
    public bool Far { get; init; }
}
