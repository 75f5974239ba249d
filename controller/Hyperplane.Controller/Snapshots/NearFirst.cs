namespace Hyperplane.Controller.Snapshots;

/// <summary>Which listeners of a cell want near targets of a group first: where cross-zone load balancing is off and
/// the group has far ones.</summary>
internal sealed class NearFirst
{
    private readonly Dictionary<uint, bool?> _crossZone;

    /// <param name="desired">Whose groups and targets they are.</param>
    public NearFirst(CellDesired desired)
    {
        _crossZone = desired.Groups.Where(group => Array.Exists(group.Targets, target => target.IsFar(desired.Zone)))
            .ToDictionary(group => group.Number, group => group.Settings.CrossZone);
    }

    /// <summary>Whether a listener wants it of one of its groups.</summary>
    public bool IsWanted(DesiredListener listener, uint group) =>
        _crossZone.TryGetValue(group, out bool? crossZone) && !(crossZone ?? listener.CrossZone);
}
