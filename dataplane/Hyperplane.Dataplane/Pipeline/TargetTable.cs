using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>What the packet path asks of a target by its counter slot.</summary>
internal sealed class TargetTable
{
    private readonly bool[] _ends;
    private readonly bool[] _takesSyn;
    private readonly (GroupTable Group, int Place)[] _watchers;
    private readonly (GroupTable Group, int Place)[] _nearWatchers;

    /// <param name="model">Of which the groups are.</param>
    /// <param name="slots">Counter slot of each target id.</param>
    /// <param name="groups">Their tables.</param>
    public TargetTable(DataplaneModel model, IReadOnlyDictionary<uint, int> slots, GroupTables groups)
    {
        int count = slots.Count > 0 ? slots.Values.Max() + 1 : 0;
        TargetModel[] ending = [.. model.TargetGroups.SelectMany(group => group.Targets).Where(target => target.Ends)];
        HasEnding = ending.Length > 0;
        _ends = new bool[HasEnding ? count : 0];
        foreach (TargetModel target in ending)
            _ends[slots[target.Id]] = true;
        _takesSyn = new bool[count];
        foreach (TargetGroupModel group in model.TargetGroups.OrderBy(group => group.ProxyProtocol))
        {
            foreach (TargetModel target in group.Targets)
                _takesSyn[slots[target.Id]] = !group.ProxyProtocol;
        }
        _watchers = Watchers(groups.Alike, count);
        _nearWatchers = Watchers(groups.Near, count);
    }

    /// <summary>Whether flows of any target are to be ended.</summary>
    public bool HasEnding { get; }

    /// <summary>Whether a target's flows are to be ended.</summary>
    public bool Ends(int slot) => (uint)slot < (uint)_ends.Length && _ends[slot];

    /// <summary>Whether a target may get a SYN in the middle of a flow: it is one of the model's still, and no
    /// connection to it begins with a proxy protocol header.</summary>
    public bool TakesSyn(int slot) => (uint)slot < (uint)_takesSyn.Length && _takesSyn[slot];

    /// <summary>A flow of a target ended.</summary>
    public void OnEnd(int slot, FlowCounterTable counters)
    {
        Tell(_watchers, slot, counters);
        Tell(_nearWatchers, slot, counters);
    }

    private static (GroupTable Group, int Place)[] Watchers(IEnumerable<GroupTable> groups, int slots)
    {
        GroupTable[] watching = [.. groups.Where(group => !group.WatchedSlots.IsEmpty)];
        var watchers = new (GroupTable, int)[watching.Length > 0 ? slots : 0];
        foreach (GroupTable group in watching)
        {
            for (int place = 0; place < group.WatchedSlots.Length; place++)
                watchers[group.WatchedSlots[place]] = (group, place);
        }

        return watchers;
    }

    private static void Tell((GroupTable Group, int Place)[] watchers, int slot, FlowCounterTable counters)
    {
        if ((uint)slot < (uint)watchers.Length && watchers[slot] is { Group: { } group, Place: int place })
            group.OnEnd(place, counters);
    }
}
