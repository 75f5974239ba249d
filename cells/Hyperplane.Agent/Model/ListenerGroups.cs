using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Model;

/// <summary>Where a listener's flows go: by weight, or all to one group.</summary>
internal static class ListenerGroups
{
    /// <summary>The groups with their weights.</summary>
    public static IEnumerable<GroupShare> Shares(this Listener listener) =>
        listener.Groups.Count > 0
        ? listener.Groups
        : [new GroupShare { TargetGroup = listener.TargetGroup, Weight = 1 }];

    /// <summary>Their numbers.</summary>
    public static IEnumerable<uint> GroupIds(this Listener listener) =>
        listener.Shares().Select(share => share.TargetGroup);
}
