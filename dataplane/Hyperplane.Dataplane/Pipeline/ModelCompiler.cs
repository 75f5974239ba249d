using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Turns models into tables, off the packet path; keeps what one model shares with the last.</summary>
/// <remarks>Used by one thread at a time.</remarks>
public sealed class ModelCompiler
{
    private readonly int _maglevSize;
    private readonly int _pipelines;
    private readonly CounterSlotMap _listenerSlots;
    private readonly CounterSlotMap _targetSlots;
    private GroupTables _groups = GroupTables.Empty;
    private readonly List<int> _newListenerSlots = [];
    private readonly List<int> _newTargetSlots = [];
    private ulong _sequence;

    /// <summary>Starts with no listener and no target.</summary>
    /// <param name="counters">Of the pipeline that will run the tables.</param>
    /// <param name="maglevTableSize">The largest table of a group: a prime, 251 to 655,373.</param>
    public ModelCompiler(PipelineCounters counters, int maglevTableSize)
        : this([counters], maglevTableSize)
    {
    }

    /// <summary>The same for several pipelines that run the same tables.</summary>
    public ModelCompiler(IReadOnlyList<PipelineCounters> counters, int maglevTableSize)
    {
        if (!MaglevSize.IsAllowed(maglevTableSize))
            throw new ArgumentOutOfRangeException(nameof(maglevTableSize), "a prime from 251 to 655,373");
        _maglevSize = maglevTableSize;
        _pipelines = counters.Count;
        _listenerSlots = new CounterSlotMap([.. counters.Select(one => one.Listeners)]);
        _targetSlots = new CounterSlotMap([.. counters.Select(one => one.Targets)]);
    }

    /// <summary>The tables of a model, or null and why it is refused.</summary>
    /// <param name="model">What the node shall do.</param>
    /// <param name="appliedSequence"><see cref="PacketPipeline.AppliedSequence"/> now, the least of all
    /// pipelines.</param>
    /// <param name="refusal">One precise sentence, or null.</param>
    public ModelTables? Compile(DataplaneModel model, ulong appliedSequence, out string? refusal)
    {
        refusal = ModelValidation.Check(model);
        if (refusal is not null)
            return null;
        _listenerSlots.Collect(appliedSequence);
        _targetSlots.Collect(appliedSequence);

        var targets = new Dictionary<uint, int>();
        foreach (TargetModel target in model.TargetGroups.SelectMany(group => group.Targets))
        {
            int slot = _targetSlots.Assign(target.Id, out bool isNew);
            targets.Add(target.Id, slot);
            if (isNew)
                _newTargetSlots.Add(slot);
        }
        var listeners = new Dictionary<uint, int>();
        foreach (ListenerModel listener in model.Vips.SelectMany(vip => vip.Listeners))
        {
            int slot = _listenerSlots.Assign(listener.Id, out bool isNew);
            listeners.Add(listener.Id, slot);
            if (isNew)
                _newListenerSlots.Add(slot);
        }
        if (targets.ContainsValue(-1) || listeners.ContainsValue(-1))
        {
            refusal = "No counter slot is left: flows of removed listeners or targets still hold them";
            return null;
        }
        ulong sequence = ++_sequence;
        _listenerSlots.Retire(listeners.Keys.ToHashSet(), sequence);
        _targetSlots.Retire(targets.Keys.ToHashSet(), sequence);
        ModelTables tables = Build(sequence, model, listeners, targets);
        _newListenerSlots.Clear();
        _newTargetSlots.Clear();
        return tables;
    }

    private ModelTables Build(
        ulong sequence, DataplaneModel model, Dictionary<uint, int> listenerSlots, Dictionary<uint, int> targetSlots)
    {
        var groups = GroupTables.Compile(model, id => targetSlots[id], _maglevSize, _pipelines, _groups);
        _groups = groups;

        var map = new ListenerMap(model.Vips.Length + listenerSlots.Count);
        var entries = new ListenerEntry[listenerSlots.Count];
        var keyOfSlot = new ListenerKey[listenerSlots.Count == 0 ? 0 : listenerSlots.Values.Max() + 1];
        int index = 0;
        foreach (VipModel vip in model.Vips)
        {
            PacketAddress address = PacketAddress.Of(vip.Address);
            map.Add(ListenerKey.Of(address), 0);
            foreach (ListenerModel listener in vip.Listeners)
            {
                int slot = listenerSlots[listener.Id];
                var key = new ListenerKey(address, AddressBytes.Be(listener.Port), listener.Protocol);
                keyOfSlot[slot] = key;
                entries[index] = new ListenerEntry(
                    slot, new GroupChoice(listener.Id, listener.Groups, groups), listener.IdleTimeoutMs, listener.Id,
                    listener.Sources, listener.Logs);
                map.Add(key, index++);
            }
        }
        return new ModelTables(
            sequence, model, map, entries, keyOfSlot, groups, listenerSlots, targetSlots,
            _newListenerSlots.ToArray(), _newTargetSlots.ToArray());
    }
}
