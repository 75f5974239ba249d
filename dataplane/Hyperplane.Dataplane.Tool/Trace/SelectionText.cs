using System.Globalization;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Trace;

/// <summary>How a target was chosen, in words.</summary>
internal static class SelectionText
{
    /// <summary>Of a new flow.</summary>
    public static string Of(TargetSelection selection, GroupTable table, MaglevTable maglev, in FlowKey key)
    {
        ulong hash = table.HashOf(key);
        string slot = string.Create(
            CultureInfo.InvariantCulture, $"hash 0x{hash:x16} is slot {maglev.SlotOf(hash)} of {maglev.Size}");
        return selection switch
        {
            TargetSelection.SourceAddress => $"by the client's address: {slot}",
            TargetSelection.TwoChoices => $"{slot}; of its target and a second hash's, the one with fewer flows",
            TargetSelection.LeastFlows => "not asked: the target with the fewest flows for its weight is taken",
            _ => slot,
        };
    }

    /// <summary>That a table has more than healthy targets; empty when it has not.</summary>
    public static string OfHealth(TargetGroupConfig group, GroupTable table)
    {
        TargetConfig[] open =
        [
            .. group.Targets.Where(one => one is { Draining: false, Weight: > 0 } && !(table.IsNearAlone && one.Far)),
        ];
        int healthy = open.Count(one => one.Healthy);
        if (TargetGroupModel.HasEnough(group.MinHealthyCount, group.MinHealthyPercent, healthy, open.Length))
            return "";
        return (healthy == 0
            ? ": none is healthy"
            : string.Create(CultureInfo.InvariantCulture, $": {healthy} healthy of {open.Length} are too few"))
            + ", so all are taken (fail open)";
    }
}
