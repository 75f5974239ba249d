using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>A model compiled for the packet path; immutable, swapped whole between two batches.</summary>
public sealed class ModelTables
{
    private readonly ListenerMap _map;
    private readonly ListenerEntry[] _listeners;
    private readonly ulong[] _keyOfSlot;
    private readonly OwnPrefixes? _snatPool;

    internal ModelTables(
        ulong sequence, DataplaneModel model, ListenerMap map, ListenerEntry[] listeners, ulong[] keyOfSlot,
        GroupTable[] groups, IReadOnlyDictionary<uint, int> listenerSlots, IReadOnlyDictionary<uint, int> targetSlots,
        IReadOnlyList<int> newListenerSlots)
    {
        _map = map;
        _listeners = listeners;
        _keyOfSlot = keyOfSlot;
        Sequence = sequence;
        Version = model.Version;
        Groups = groups;
        SnatAddressesBe = [.. model.SnatAddresses.Select(AddressBytes.Be)];
        _snatPool = model.SnatPool is { } pool ? new OwnPrefixes([pool]) : null;
        Gateways = model.Gateways;
        OwnPrefixes = new OwnPrefixes(model.OwnPrefixes);
        ListenerSlots = listenerSlots;
        TargetSlots = targetSlots;
        NewListenerSlots = newListenerSlots;
    }

    /// <summary>A node that has been told nothing yet: every frame is dropped by name.</summary>
    public static ModelTables Empty { get; } = new(
        0,
        new DataplaneModel
        {
            Version = 0, OwnPrefixes = [], SnatAddresses = [], Gateways = [], Vips = [], TargetGroups = [],
        },
        new ListenerMap(0), [], [], [],
        ImmutableDictionary<uint, int>.Empty, ImmutableDictionary<uint, int>.Empty, []);

    /// <summary>Grows with every compiled model.</summary>
    public ulong Sequence { get; }

    /// <summary>The model's version.</summary>
    public ulong Version { get; }

    /// <summary>The destinations that are ours.</summary>
    public OwnPrefixes OwnPrefixes { get; }

    /// <summary>The next hops off the subnet.</summary>
    public ImmutableArray<IPAddress> Gateways { get; }

    /// <summary>Counter slot of each listener id; <see cref="FlowEntry4.CounterSlot"/> is slot × 2 +
    /// direction.</summary>
    public IReadOnlyDictionary<uint, int> ListenerSlots { get; }

    /// <summary>Counter slot of each target id.</summary>
    public IReadOnlyDictionary<uint, int> TargetSlots { get; }

    /// <summary>Slots that another listener may have had before: whoever counts beside the pipeline zeroes them before
    /// these tables are in use.</summary>
    public IReadOnlyList<int> NewListenerSlots { get; }

    internal GroupTable[] Groups { get; }

    internal uint[] SnatAddressesBe { get; }

    /// <summary>The listener a frame to this destination belongs to.</summary>
    internal bool TryFindListener(in FlowKey4 key, out ListenerEntry listener)
    {
        int index = _map.Find(ListenerKey(key));
        listener = index < 0 ? default : _listeners[index];
        return index >= 0;
    }

    /// <summary>Whether an address is a VIP here.</summary>
    internal bool IsVip(uint addressBe) => _map.Find(ListenerMap.Key(addressBe)) >= 0;

    /// <summary>Whether an address may be a source address of this cell's nodes towards targets.</summary>
    internal bool IsSnat(uint addressBe) => (_snatPool ?? OwnPrefixes).Contains(addressBe) && !IsVip(addressBe);

    /// <summary>Whether an address is a source address of this node.</summary>
    internal bool IsOwnSnat(uint addressBe) => Array.IndexOf(SnatAddressesBe, addressBe) >= 0;

    /// <summary>The counter slot of a target; -1 when the model no longer has it.</summary>
    internal int TargetSlot(uint targetId) => TargetSlots.TryGetValue(targetId, out int slot) ? slot : -1;

    /// <summary>Whether the listener that a flow was made for is still there.</summary>
    internal bool IsLive(int listenerSlot, in FlowKey4 forward) =>
        (uint)listenerSlot < (uint)_keyOfSlot.Length && _keyOfSlot[listenerSlot] == ListenerKey(forward);

    private static ulong ListenerKey(in FlowKey4 key) =>
        ListenerMap.Key(key.DestinationBe, key.DestinationPortBe, (IpProtocol)key.Protocol);
}
