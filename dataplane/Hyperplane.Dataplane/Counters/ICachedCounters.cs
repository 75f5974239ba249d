namespace Hyperplane.Dataplane.Counters;

/// <summary>What the XDP program counted by itself.</summary>
public interface ICachedCounters
{
    /// <summary>Frames by verdict, indexed by <see cref="PacketCounter"/>, summed over all CPUs.</summary>
    ulong Packets(PacketCounter counter);

    /// <summary>Frames and bytes of a counter slot (listener slot × 2 + direction), summed over all CPUs.</summary>
    (ulong Packets, ulong Bytes) Slot(uint counterSlot);

    /// <summary>Frames and bytes of a target's counter (target slot × 2 + direction), summed over all CPUs.</summary>
    (ulong Packets, ulong Bytes) TargetSlot(uint counterSlot);
}
