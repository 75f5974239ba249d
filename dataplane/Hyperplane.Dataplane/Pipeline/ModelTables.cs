using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>A model compiled for the packet path; immutable, swapped whole between two batches.</summary>
public sealed class ModelTables
{
    private readonly ListenerMap _map;
    private readonly ListenerEntry[] _listeners;
    private readonly ListenerKey[] _keyOfSlot;
    private readonly PrefixSet _snatPools;
    private readonly HashSet<PacketAddress> _tunnelEnds;

    internal ModelTables(
        ulong sequence, DataplaneModel model, ListenerMap map, ListenerEntry[] listeners, ListenerKey[] keyOfSlot,
        GroupTables groups, IReadOnlyDictionary<uint, int> listenerSlots,
        IReadOnlyDictionary<uint, int> targetSlots,
        IReadOnlyList<int> newListenerSlots, IReadOnlyList<int> newTargetSlots)
    {
        _map = map;
        _listeners = listeners;
        _keyOfSlot = keyOfSlot;
        Sequence = sequence;
        Version = model.Version;
        Targets = new TargetTable(model, targetSlots, groups);
        Groups = groups;
        SnatAddresses = [.. model.SnatAddresses.Select(PacketAddress.Of)];
        Gateways = model.Gateways;
        TunnelSources = new TunnelSources(model.TunnelSources, model.TunnelSourcePrefixes);
        _tunnelEnds =
        [
            .. model.TargetGroups.Where(group => group.Tunnel is not null)
                .SelectMany(group => group.Targets).Select(target => PacketAddress.Of(target.Address)),
        ];
        OwnPrefixes = new PrefixSet(model.OwnPrefixes);
        _snatPools = model.SnatPools.IsDefaultOrEmpty ? OwnPrefixes : new PrefixSet(model.SnatPools);
        ListenerSlots = listenerSlots;
        TargetSlots = targetSlots;
        NewListenerSlots = newListenerSlots;
        NewTargetSlots = newTargetSlots;
    }

    /// <summary>A node that has been told nothing yet: every frame is dropped by name.</summary>
    public static ModelTables Empty { get; } = new(
        0,
        new DataplaneModel
        {
            Version = 0, OwnPrefixes = [], SnatAddresses = [], Gateways = [], Vips = [], TargetGroups = [],
        },
        new ListenerMap(0), [], [], GroupTables.Empty,
        ImmutableDictionary<uint, int>.Empty, ImmutableDictionary<uint, int>.Empty, [], []);

    /// <summary>Grows with every compiled model.</summary>
    public ulong Sequence { get; }

    /// <summary>The model's version.</summary>
    public ulong Version { get; }

    /// <summary>The destinations that are ours.</summary>
    public PrefixSet OwnPrefixes { get; }

    /// <summary>The next hops off the subnet.</summary>
    public ImmutableArray<IPAddress> Gateways { get; }

    /// <summary>Counter slot of each listener id; <see cref="FlowEntry.CounterSlot"/> is slot × 2 +
    /// direction.</summary>
    public IReadOnlyDictionary<uint, int> ListenerSlots { get; }

    /// <summary>Counter slot of each target id.</summary>
    public IReadOnlyDictionary<uint, int> TargetSlots { get; }

    /// <summary>Slots that another listener may have had before: whoever counts beside the pipeline zeroes them before
    /// these tables are in use.</summary>
    public IReadOnlyList<int> NewListenerSlots { get; }

    /// <summary>The same of targets.</summary>
    public IReadOnlyList<int> NewTargetSlots { get; }

    internal TargetTable Targets { get; }

    internal TunnelSources TunnelSources { get; }

    internal GroupTables Groups { get; }

    internal PacketAddress[] SnatAddresses { get; }

    /// <summary>The listener a frame to this destination belongs to.</summary>
    internal bool TryFindListener(in FlowKey key, out ListenerEntry listener)
    {
        int index = _map.Find(ListenerKey.Of(key));
        listener = index < 0 ? default : _listeners[index];
        return index >= 0;
    }

    /// <summary>Whether an address is a VIP here.</summary>
    internal bool IsVip(in PacketAddress address) => _map.Find(ListenerKey.Of(address)) >= 0;

    /// <summary>Whether an address may be a source address of this cell's nodes towards targets.</summary>
    internal bool IsSnat(in PacketAddress address) => _snatPools.Contains(address) && !IsVip(address);

    /// <summary>Whether an address is a source address of this node.</summary>
    internal bool IsOwnSnat(in PacketAddress address) => Array.IndexOf(SnatAddresses, address) >= 0;

    /// <summary>Whether an address is that of a target which tunnels lead to.</summary>
    internal bool IsTunnelEnd(in PacketAddress address) => _tunnelEnds.Contains(address);

    /// <summary>Why a frame of no flow and no listener is dropped.</summary>
    internal PacketCounter WhyNoListener(in PacketAddress destination)
    {
        if (IsVip(destination))
            return PacketCounter.DropNoListener;
        return IsOwnSnat(destination) ? PacketCounter.DropNoFlow : PacketCounter.DropNoVip;
    }

    /// <summary>The counter slot of a target; -1 when the model no longer has it.</summary>
    internal int TargetSlot(uint targetId) => TargetSlots.TryGetValue(targetId, out int slot) ? slot : -1;

    /// <summary>Whether the listener that a flow was made for is still there.</summary>
    internal bool IsLive(int listenerSlot, in FlowKey forward) =>
        (uint)listenerSlot < (uint)_keyOfSlot.Length && _keyOfSlot[listenerSlot] == ListenerKey.Of(forward);
}
