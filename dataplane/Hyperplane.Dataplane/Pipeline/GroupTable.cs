using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>A target group as the packet path sees it: the targets that may take a new flow now.</summary>
/// <remarks>Usable targets; when there is none, all that are not draining and have a weight (fail open).</remarks>
internal sealed class GroupTable
{
    private readonly uint[] _ids;
    private readonly int[] _weights;
    private readonly uint[] _addressesBe;
    private readonly ushort[] _portsBe;
    private readonly int[] _slots;
    private readonly MaglevTable? _maglev;
    private readonly ulong _seed;

    private GroupTable(uint groupId, TargetModel[] chosen, Func<uint, int> slotOf, int size, GroupTable? previous)
    {
        _seed = FlowHash.Of(groupId, 0);
        _ids = Array.ConvertAll(chosen, target => target.Id);
        _weights = Array.ConvertAll(chosen, target => target.Weight);
        _addressesBe = Array.ConvertAll(chosen, target => AddressBytes.Be(target.Address));
        _portsBe = Array.ConvertAll(chosen, target => AddressBytes.Be(target.Port));
        _slots = Array.ConvertAll(chosen, target => slotOf(target.Id));
        if (previous?._maglev is { } table && table.Size == size
            && _ids.AsSpan().SequenceEqual(previous._ids) && _weights.AsSpan().SequenceEqual(previous._weights))
            _maglev = table;
        else if (chosen.Length > 0)
            _maglev = MaglevTable.Build(_ids, _weights, size);
    }

    /// <summary>The table new flows are spread by; null when no target may take one.</summary>
    public MaglevTable? Maglev => _maglev;

    /// <summary>Makes the table of a group, with the slots of the previous one when they would be the same.</summary>
    public static GroupTable Compile(
        TargetGroupModel model, Func<uint, int> slotOf, int maximumSize, GroupTable? previous)
    {
        TargetModel[] open = [.. model.Targets.Where(target => !target.Draining && target.Weight > 0)
            .OrderBy(target => target.Id)];
        TargetModel[] usable = Array.FindAll(open, target => target.Usable);
        long weightSum = open.Sum(target => (long)target.Weight);
        int lightest = open.Length > 0 ? open.Min(target => target.Weight) : 1;
        int size = MaglevSize.For(weightSum, lightest, maximumSize);
        return new GroupTable(model.Id, usable.Length > 0 ? usable : open, slotOf, size, previous);
    }

    /// <summary>The target of a new flow; false when there is none.</summary>
    public bool TrySelect(in FlowKey4 key, out TargetChoice choice)
    {
        if (_maglev is null)
        {
            choice = default;
            return false;
        }
        int position = _maglev.Select(FlowHash.Of(key, _seed));
        choice = new TargetChoice(_addressesBe[position], _portsBe[position], _slots[position], _ids[position]);
        return true;
    }
}
