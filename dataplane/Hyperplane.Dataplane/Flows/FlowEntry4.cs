using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>What the XDP program does to a frame of an established flow, and what it noted meanwhile.</summary>
/// <remarks>64 bytes, <c>struct flow_entry4</c> in <c>bpf/hyperplane.h</c>. Addresses and ports in network order.
/// The checksum deltas are one's-complement sums of the 16-bit words that change (RFC 1624), folded, network order;
/// the IPv4 one leaves the TTL's change to the program.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 64)]
public struct FlowEntry4
{
    /// <summary>Rewritten source address.</summary>
    public uint SourceBe;

    /// <summary>Rewritten destination address.</summary>
    public uint DestinationBe;

    /// <summary>Rewritten source port.</summary>
    public ushort SourcePortBe;

    /// <summary>Rewritten destination port.</summary>
    public ushort DestinationPortBe;

    /// <summary>Sum of new minus old words of the IPv4 header.</summary>
    public ushort IpChecksumDelta;

    /// <summary>Sum of new minus old words of pseudo header and ports.</summary>
    public ushort L4ChecksumDelta;

    /// <summary>Index into the next-hop array (MAC addresses, interface).</summary>
    public uint NextHop;

    /// <summary>Slot in the per-CPU counters of the listener and direction: listener slot × 2 + direction (0 forward, 1
    /// return).</summary>
    public uint CounterSlot;

    /// <summary>Kind of action: 1 NAT.</summary>
    public byte Action;

    /// <summary>Padding, zero.</summary>
    public byte Reserved0;

    /// <summary>Node id of the flow's owner.</summary>
    public ushort OwnerNode;

    /// <summary>Epoch inside the incarnation.</summary>
    public uint OwnerEpoch;

    /// <summary>Incarnation (start) of the owner.</summary>
    public ulong OwnerStart;

    /// <summary>Coarse time of the last frame, nanoseconds of CLOCK_MONOTONIC_COARSE; written by the program.</summary>
    public ulong LastSeenNs;

    /// <summary>Frames rewritten by the program.</summary>
    public uint Packets;

    /// <summary>Handle of the user-space flow (slot), for the sweeper.</summary>
    public uint FlowHandle;

    /// <summary>TCP: the acknowledgement number of the last frame, network order; written by the program.</summary>
    public uint AcknowledgementBe;
}
