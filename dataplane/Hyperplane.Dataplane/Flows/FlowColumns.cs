using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>The fields of all flows, one array a field; a flow is a slot in each.</summary>
/// <remarks>131 bytes a flow, taken once, 40 more for each of its keys that is IPv6, 12 more where targets want
/// headers, and 48 more where flows are logged.</remarks>
internal sealed class FlowColumns(int slots)
{
    public KeyColumn Forward { get; } = new(slots);

    /// <summary>The key of the target's frames; of a flow in mode <c>dsr</c> its <see cref="TunnelPath"/>.</summary>
    public KeyColumn Reverse { get; } = new(slots);

    /// <summary>Whether the target answers the client itself.</summary>
    public bool IsDirect(int slot) => Reverse.IsTunnelPath(slot);

    public FlowState[] State { get; } = new FlowState[slots];

    public FlowFlags[] Flags { get; } = new FlowFlags[slots];

    /// <summary>Counter slot of the listener; -1 when the flow no longer counts there.</summary>
    public int[] Listener { get; } = new int[slots];

    /// <summary>Counter slot of the target; -1 when the flow no longer counts there.</summary>
    public int[] Target { get; } = new int[slots];

    public int[] IdleTimeoutMs { get; } = new int[slots];

    /// <summary>When a frame was last forwarded, as far as user space knows.</summary>
    public long[] LastSeenNs { get; } = new long[slots];

    /// <summary>When the flow's queue lets it go; for a cached flow, when its entries are read next.</summary>
    public long[] DeadlineNs { get; } = new long[slots];

    /// <summary>What the client acknowledged last, so far as was seen: the sequence number it takes next; 0 when that
    /// is not known.</summary>
    public uint[] ClientExpects { get; } = new uint[slots];

    /// <summary>Below <see cref="Model.DataplaneLimits.NextHops"/>.</summary>
    public ushort[] NextHopToTarget { get; } = new ushort[slots];

    /// <summary>Below <see cref="Model.DataplaneLimits.NextHops"/>.</summary>
    public ushort[] NextHopToClient { get; } = new ushort[slots];

    /// <summary>The acknowledgement number that covers the client's FIN.</summary>
    public uint[] ClientFinEnd { get; } = new uint[slots];

    /// <summary>The acknowledgement number that covers the target's FIN.</summary>
    public uint[] TargetFinEnd { get; } = new uint[slots];

    public uint[] OwnerEpoch { get; } = new uint[slots];

    /// <summary>Tells this flow from all others of all nodes; 0 without a flow directory.</summary>
    public ulong[] Incarnation { get; } = new ulong[slots];

    /// <summary>The listener's stable id.</summary>
    public uint[] ListenerId { get; } = new uint[slots];

    /// <summary>The target's stable id.</summary>
    public uint[] TargetId { get; } = new uint[slots];

    /// <summary>When the flow directory is told next that the flow goes on; a moment of
    /// <see cref="FlowTimes.Coarse"/>.</summary>
    public uint[] Refresh { get; } = new uint[slots];

    /// <summary>What the target acknowledged last, so far as was seen, or will acknowledge first: the sequence number
    /// it takes next; 0 when that is not known. While <see cref="HeaderBytes"/> is not 0: the first octet of the
    /// header.</summary>
    public uint[] TargetExpects { get; } = new uint[slots];

    /// <summary>Place of the flow's SYN-ACK among those that wait; means nothing when none does.</summary>
    public int[] Parked { get; } = new int[slots];

    /// <summary>Length of the proxy protocol header that the target is still to acknowledge; 0 for none.</summary>
    public byte[] HeaderBytes { get; } = new byte[slots];

    /// <summary>Of a flow in <see cref="FlowState.HeaderSent"/>; otherwise never touched, so it is no memory where no
    /// target wants headers.</summary>
    public SentHeader[] SentHeader { get; } = new SentHeader[slots];

    /// <summary>Of a flow with <see cref="FlowFlags.Logged"/>; otherwise never touched.</summary>
    public FlowLogState[] Log { get; } = new FlowLogState[slots];

    /// <summary>Neighbours in the flow's queue, or the next free slot.</summary>
    public int[] Next { get; } = new int[slots];

    public int[] Previous { get; } = new int[slots];

    /// <summary>The queue a flow waits in; -1 for none.</summary>
    public sbyte[] Queue { get; } = new sbyte[slots];
}
