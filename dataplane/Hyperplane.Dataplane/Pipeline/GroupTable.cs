using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>A target group as the packet path sees it: the targets that may take a new flow now.</summary>
/// <remarks>Usable targets, or the near ones of them alone; when they are not enough, all that are not draining and
/// have a weight (fail open).</remarks>
internal sealed class GroupTable
{
    private readonly uint[] _ids;
    private readonly int[] _weights;
    private readonly PacketAddress[] _addresses;
    private readonly ushort[] _portsBe;
    private readonly int[] _slots;
    private readonly MaglevTable? _maglev;
    private readonly TargetSelection _selection;
    private readonly LeastFlows[] _least = [];
    private readonly ulong _seed;
    private readonly TunnelPath? _tunnel;

    private GroupTable(
        TargetGroupModel model, bool nearAlone, TargetModel[] chosen, Func<uint, int> slotOf, int size, int pipelines,
        GroupTable? previous)
    {
        Id = model.Id;
        IsNearAlone = nearAlone;
        SendsHeader = model.ProxyProtocol;
        _seed = FlowHash.Of(model.Id, 0);
        _ids = Array.ConvertAll(chosen, target => target.Id);
        _weights = Array.ConvertAll(chosen, target => target.Weight);
        _addresses = Array.ConvertAll(chosen, target => PacketAddress.Of(target.Address));
        _portsBe = Array.ConvertAll(chosen, target => AddressBytes.Be(target.Port));
        _slots = Array.ConvertAll(chosen, target => slotOf(target.Id));
        _selection = model.Selection;
        _tunnel = model.Tunnel is { } tunnel ? TunnelPath.Of(tunnel) : null;
        bool isSame = previous?._maglev is { } before && before.Size == size
            && _ids.AsSpan().SequenceEqual(previous._ids) && _weights.AsSpan().SequenceEqual(previous._weights);
        if (chosen.Length == 0)
            return;
        _maglev = isSame ? previous!._maglev : MaglevTable.Build(_ids, _weights, size);
        if (_selection == TargetSelection.LeastFlows)
            _least = isSame && previous!._least is { Length: > 0 } least
                ? least
                : [.. Enumerable.Range(0, pipelines).Select(_ => new LeastFlows(_slots, _weights))];
    }

    /// <summary>The table new flows are spread by; null when no target may take one.</summary>
    public MaglevTable? Maglev => _maglev;

    /// <summary>The counter slots of the targets that want to be told of ends; none when nobody does.</summary>
    public ReadOnlySpan<int> WatchedSlots => _least.Length == 0 ? [] : _slots;

    /// <summary>Whether flows of a client belong together.</summary>
    public bool IsBySource => _selection == TargetSelection.SourceAddress;

    /// <summary>Whether connections begin with a proxy protocol header.</summary>
    public bool SendsHeader { get; }

    /// <summary>The group's stable id.</summary>
    public uint Id { get; }

    /// <summary>Whether far targets are left out.</summary>
    public bool IsNearAlone { get; }

    /// <summary>The targets in the table, by position.</summary>
    public ReadOnlySpan<uint> Ids => _ids;

    /// <summary>Their weights.</summary>
    public ReadOnlySpan<int> Weights => _weights;

    /// <summary>Makes the table of a group, with the slots of the previous one when they would be the same.</summary>
    public static GroupTable Compile(
        TargetGroupModel model, bool nearAlone, Func<uint, int> slotOf, int maximumSize, int pipelines,
        GroupTable? previous)
    {
        TargetModel[] open =
        [
            .. model.Targets.Where(target => !target.Draining && target.Weight > 0 && !(nearAlone && target.Far))
                .OrderBy(target => target.Id),
        ];
        TargetModel[] usable = Array.FindAll(open, target => target.Usable);
        long weightSum = open.Sum(target => (long)target.Weight);
        int lightest = open.Length > 0 ? open.Min(target => target.Weight) : 1;
        int size = MaglevSize.For(weightSum, lightest, maximumSize);
        return new GroupTable(
            model, nearAlone, model.HasEnough(usable.Length, open.Length) ? usable : open, slotOf, size, pipelines,
            previous);
    }

    /// <summary>What a flow's target is chosen by, unless the fewest flows count alone.</summary>
    public ulong HashOf(in FlowKey key) =>
        IsBySource ? FlowHash.Of(key.Source, _seed) : FlowHash.Of(key, _seed);

    /// <summary>The target of a new flow; false when there is none. Where flows are counted, those of the counters'
    /// pipeline are.</summary>
    public bool TrySelect(in FlowKey key, FlowCounterTable counters, out TargetChoice choice)
    {
        choice = default;
        if (_maglev is null)
            return false;
        int position = _selection switch
        {
            TargetSelection.TwoChoices => ChooseOfTwo(_maglev, HashOf(key), counters),
            TargetSelection.LeastFlows => _least[counters.Pipeline].Choose(counters),
            _ => _maglev.Select(HashOf(key)),
        };
        choice = new TargetChoice(
            _addresses[position], _portsBe[position], _slots[position], _ids[position], _tunnel);
        return true;
    }

    /// <summary>A flow of the target at a place of <see cref="WatchedSlots"/> ended.</summary>
    public void OnEnd(int place, FlowCounterTable counters) => _least[counters.Pipeline].OnEnd(place, counters);

    private int ChooseOfTwo(MaglevTable maglev, ulong hash, FlowCounterTable counters)
    {
        int one = maglev.Select(hash);
        int other = maglev.Select(FlowHash.Of(hash, _seed));
        ulong ofOne = counters[_slots[one]].ActiveFlows * (ulong)_weights[other];
        ulong ofOther = counters[_slots[other]].ActiveFlows * (ulong)_weights[one];
        return ofOther < ofOne ? other : one;
    }
}
