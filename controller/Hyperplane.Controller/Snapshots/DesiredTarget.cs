namespace Hyperplane.Controller.Snapshots;

/// <summary>A target of a group; the group is given by its number.</summary>
internal readonly record struct DesiredTarget(
    uint Group, uint Number, uint Address, int Port, int Weight, bool Draining);
