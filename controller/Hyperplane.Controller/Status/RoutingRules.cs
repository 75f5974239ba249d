using System.Globalization;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Status;

/// <summary>Where a zone's new flows go that have not enough healthy targets there, as its nodes tell.</summary>
/// <remarks>A target that no check has judged yet counts as healthy here: it has not failed.</remarks>
internal static class RoutingRules
{
    /// <summary>What holds of a load balancer in a zone; nothing where all is as usual.</summary>
    /// <param name="zone">What is known of the zone.</param>
    /// <param name="groups">Those that its listeners send flows to.</param>
    /// <param name="crossZone">Whether it takes targets of all zones alike, where a group says nothing.</param>
    /// <param name="failed">By group.</param>
    public static IEnumerable<Condition> Judge(
        ZoneFacts zone, IReadOnlyList<RoutedGroup> groups, bool crossZone, ILookup<string, FailedTargetsRow> failed)
    {
        List<NodeFacts> asked = [.. zone.Nodes.Where(node => node.Live && zone.ShardNodeIds.Contains(node.Id))];
        foreach (RoutedGroup group in groups.Where(group => group.All > 0))
        {
            Dictionary<int, FailedTargetsRow> rows = failed[group.Id].ToDictionary(row => row.NodeId);
            (int other, int open) = (0, 0);
            foreach (NodeFacts node in asked)
            {
                (int all, int near) = rows.TryGetValue(node.Id, out FailedTargetsRow? row)
                    ? (row.Failed, row.NearFailed)
                    : (0, 0);
                int nearby = group.Near(zone.Zone);
                bool nearFirst = !(group.Settings.CrossZone ?? crossZone) && nearby < group.All;
                if (nearFirst && group.HasEnough(nearby - near, nearby))
                    continue;
                if (!group.HasEnough(group.All - all, group.All))
                    open++;
                else if (nearFirst)
                    other++;
            }

            if (other > 0)
                yield return Of(
                    "ServedFromOtherZone", zone.Zone, group.Near(zone.Zone) == 0 ? "NoTargets" : "TargetsFailed",
                    other, asked.Count, $"new flows to {group.Id} go to healthy targets of other zones too");
            if (open > 0)
                yield return Of(
                    "FailOpen", zone.Zone, "TooFewHealthy", open, asked.Count,
                    $"new flows to {group.Id} go to all its targets, healthy or not");
        }
    }

    private static Condition Of(string type, string zone, string reason, int nodes, int asked, string what) => new(
        type, true, zone, null, reason,
        string.Create(CultureInfo.InvariantCulture, $"At {nodes} of {asked} nodes {what}."));
}
