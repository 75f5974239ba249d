namespace Hyperplane.Dataplane.Counters;

/// <summary>What the dataplane counted since its start.</summary>
/// <param name="Packets">Frames by verdict, indexed by <see cref="PacketCounter"/>.</param>
/// <param name="Listeners">By listener id.</param>
/// <param name="Targets">By target id.</param>
public sealed record DataplaneCounters(
    IReadOnlyList<ulong> Packets,
    IReadOnlyDictionary<uint, FlowCounters> Listeners,
    IReadOnlyDictionary<uint, FlowCounters> Targets)
{
    /// <summary>How targets answer SYNs, by target id.</summary>
    public IReadOnlyDictionary<uint, ConnectCounters> Connects { get; init; } =
        new Dictionary<uint, ConnectCounters>();

    /// <summary>Dropped frames by listener id, in the order of <see cref="ListenerDrops.Reasons"/>; of listeners that
    /// there are any of.</summary>
    public IReadOnlyDictionary<uint, IReadOnlyList<ulong>> Drops { get; init; } =
        new Dictionary<uint, IReadOnlyList<ulong>>();

    /// <summary>Dropped frames by VIP id, in the order of <see cref="Counters.VipDrops.Reasons"/>; of VIPs that there
    /// are any of.</summary>
    public IReadOnlyDictionary<uint, IReadOnlyList<ulong>> VipDrops { get; init; } =
        new Dictionary<uint, IReadOnlyList<ulong>>();
}
