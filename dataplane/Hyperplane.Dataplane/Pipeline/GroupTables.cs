using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>The tables of all groups, as listeners want them: over all targets alike, or near ones first.</summary>
/// <remarks>A table over near targets alone exists only while enough of them are usable and another target is far; else
/// near ones first is all alike. The table over all is left out where nobody would use it then.</remarks>
internal sealed class GroupTables
{
    private readonly Dictionary<uint, GroupTable> _alike = [];
    private readonly Dictionary<uint, GroupTable> _near = [];

    /// <summary>No group.</summary>
    public static GroupTables Empty { get; } = new();

    /// <summary>Those over all targets alike.</summary>
    public IReadOnlyCollection<GroupTable> Alike => _alike.Values;

    /// <summary>Those over near targets alone.</summary>
    public IReadOnlyCollection<GroupTable> Near => _near.Values;

    /// <summary>Makes the tables of a model; what would be the same is taken from the previous ones.</summary>
    /// <param name="model">Its groups, and the listeners that use them.</param>
    /// <param name="slotOf">The counter slot of a target's id.</param>
    /// <param name="maximumSize">Of a table, in slots.</param>
    /// <param name="pipelines">How many will use them.</param>
    /// <param name="previous">Of the model before.</param>
    public static GroupTables Compile(
        DataplaneModel model, Func<uint, int> slotOf, int maximumSize, int pipelines, GroupTables previous)
    {
        var tables = new GroupTables();
        HashSet<uint> near = UsedBy(model, nearFirst: true);
        HashSet<uint> alike = near.Count == 0 ? [] : UsedBy(model, nearFirst: false);
        foreach (TargetGroupModel group in model.TargetGroups)
        {
            bool splits = near.Contains(group.Id) && Splits(group);
            if (splits)
                tables._near.Add(group.Id, Make(group, nearAlone: true, previous._near));
            if (!splits || alike.Contains(group.Id))
                tables._alike.Add(group.Id, Make(group, nearAlone: false, previous._alike));
        }

        return tables;

        GroupTable Make(TargetGroupModel group, bool nearAlone, Dictionary<uint, GroupTable> before) =>
            GroupTable.Compile(
                group, nearAlone, slotOf, maximumSize, pipelines, before.GetValueOrDefault(group.Id));
    }

    /// <summary>A group's table as a listener wants it.</summary>
    public GroupTable Of(TargetGroupShare share) =>
        share.NearFirst && _near.TryGetValue(share.GroupId, out GroupTable? near) ? near : _alike[share.GroupId];

    /// <summary>The one or two tables of a group.</summary>
    public IEnumerable<GroupTable> Of(uint groupId) =>
        new[] { _alike.GetValueOrDefault(groupId), _near.GetValueOrDefault(groupId) }.OfType<GroupTable>();

    private static HashSet<uint> UsedBy(DataplaneModel model, bool nearFirst) =>
    [
        .. model.Vips.SelectMany(vip => vip.Listeners).SelectMany(listener => listener.Groups)
            .Where(share => share.NearFirst == nearFirst).Select(share => share.GroupId),
    ];

    // Whether far targets are healthy does not count: theirs must not move what near ones are chosen for.
    private static bool Splits(TargetGroupModel group) =>
        group.Targets.Any(target => target is { Far: true, Draining: false, Weight: > 0 })
        && group.HasEnough(
            group.Targets.Count(target => target is { Far: false, Usable: true }),
            group.Targets.Count(target => target is { Far: false, Draining: false, Weight: > 0 }));
}
