using Hyperplane.Controller.TargetGroups;

namespace Hyperplane.Controller.Status;

/// <summary>A target group as far as it matters where new flows go: targets that are not draining and have a
/// weight.</summary>
internal sealed class RoutedGroup(string id, IReadOnlyList<GroupTargetsRow> zones)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>What its attributes come to.</summary>
    public TargetGroupSettings Settings { get; } =
        TargetGroupAttributes.Read(zones[0].Attributes, zones[0].Transport);

    /// <summary>Its targets in all zones.</summary>
    public int All { get; } = zones.Sum(row => row.Taking);

    /// <summary>Those in a zone or in none.</summary>
    public int Near(string zone) =>
        zones.Where(row => row.Zone is null || row.Zone == zone).Sum(row => row.Taking);

    /// <summary>Whether targets are enough to take all new flows, as the dataplane judges.</summary>
    public bool HasEnough(int healthy, int all) =>
        healthy >= Settings.MinHealthyCount && healthy * 100L >= (long)Settings.MinHealthyPercent * all;
}
