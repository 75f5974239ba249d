using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Everything one pipeline thread counts; any thread may read.</summary>
/// <param name="pipeline">Its number, of those of the node.</param>
public sealed class PipelineCounters(int pipeline = 0)
{
    /// <summary>Its number.</summary>
    public int Pipeline => pipeline;

    /// <summary>Frames by verdict: received = forwarded + drops.</summary>
    public PacketCounters Packets { get; } = new();

    /// <summary>Rows of the listeners, by <see cref="ModelTables.ListenerSlots"/>.</summary>
    public FlowCounterTable Listeners { get; } = new(
        DataplaneLimits.Listeners, pipeline, ListenerDrops.Reasons.Length);

    /// <summary>Rows of the targets, by <see cref="ModelTables.TargetSlots"/>.</summary>
    public FlowCounterTable Targets { get; } = new(DataplaneLimits.Targets, pipeline);

    /// <summary>The counters of both engines, summed, for the ids of the given tables.</summary>
    /// <param name="tables">The tables in use.</param>
    /// <param name="cached">What XDP counted; null when there is no XDP program. What both engines saw, the punted
    /// frames, is counted as received once: by XDP.</param>
    public DataplaneCounters Read(ModelTables tables, ICachedCounters? cached) => Read([this], tables, cached);

    /// <summary>The same of all pipelines of a node, summed.</summary>
    public static DataplaneCounters Read(
        IReadOnlyList<PipelineCounters> pipelines, ModelTables tables, ICachedCounters? cached)
    {
        ulong[] packets = pipelines[0].Packets.ToArray();
        foreach (PipelineCounters other in pipelines.Skip(1))
        {
            for (int counter = 0; counter < packets.Length; counter++)
                packets[counter] += other.Packets[(PacketCounter)counter];
        }
        var listeners = new Dictionary<uint, FlowCounters>(tables.ListenerSlots.Count);
        var targets = new Dictionary<uint, FlowCounters>(tables.TargetSlots.Count);
        var connects = new Dictionary<uint, ConnectCounters>(tables.TargetSlots.Count);
        var drops = new Dictionary<uint, IReadOnlyList<ulong>>();
        if (cached is not null)
        {
            packets[(int)PacketCounter.Received] = 0;
            for (int counter = 0; counter < packets.Length; counter++)
                packets[counter] += cached.Packets((PacketCounter)counter);
        }
        foreach ((uint id, int slot) in tables.ListenerSlots)
        {
            FlowCounters sum = FlowCounters.Sum(pipelines.Select(one => one.Listeners.Read(slot)));
            listeners.Add(id, cached is null ? sum : WithCached(sum, slot, cached.Slot));
            if (slot >= 0 && ReadDrops(pipelines, slot) is { } dropped)
                drops.Add(id, dropped);
        }
        foreach ((uint id, int slot) in tables.TargetSlots)
        {
            FlowCounters sum = FlowCounters.Sum(pipelines.Select(one => one.Targets.Read(slot)));
            targets.Add(id, cached is null ? sum : WithCached(sum, slot, cached.TargetSlot));
            connects.Add(id, ConnectCounters.Sum(pipelines.Select(one => one.Targets.ReadConnects(slot))));
        }
        return new DataplaneCounters(packets, listeners, targets) { Connects = connects, Drops = drops };
    }

    /// <summary>What a listener dropped; null when it is nothing.</summary>
    private static ulong[]? ReadDrops(IReadOnlyList<PipelineCounters> pipelines, int slot)
    {
        var sums = new ulong[ListenerDrops.Reasons.Length];
        bool any = false;
        foreach (PipelineCounters one in pipelines)
            any |= one.Listeners.ReadDrops(slot, sums);
        return any ? sums : null;
    }

    private static FlowCounters WithCached(
        FlowCounters counters, int slot, Func<uint, (ulong Packets, ulong Bytes)> cached)
    {
        (ulong packetsIn, ulong bytesIn) = cached(((uint)slot * 2) + (uint)FlowSide.Client);
        (ulong packetsOut, ulong bytesOut) = cached(((uint)slot * 2) + (uint)FlowSide.Target);
        return counters with
        {
            PacketsIn = counters.PacketsIn + packetsIn,
            BytesIn = counters.BytesIn + bytesIn,
            PacketsOut = counters.PacketsOut + packetsOut,
            BytesOut = counters.BytesOut + bytesOut,
        };
    }
}
