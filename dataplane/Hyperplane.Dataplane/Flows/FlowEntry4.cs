using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>What the XDP program does to a frame of an established flow, and what it noted meanwhile.</summary>
/// <remarks>32 bytes, <c>struct flow_entry4</c> in <c>bpf/hyperplane.h</c>. Addresses and ports in network order.
/// The checksum deltas are one's-complement sums of the 16-bit words that change (RFC 1624), folded, network order;
/// the IPv4 one leaves the TTL's change to the program.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 32)]
public struct FlowEntry4
{
    private const int NextHopBits = 12;
    private const uint NextHopMask = (1 << NextHopBits) - 1;
    private const int SeenShift = 20;

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

    /// <summary><see cref="NextHop"/> and <see cref="CounterSlot"/>.</summary>
    public uint Route;

    /// <summary>Coarse time of the last frame, in units of 2^20 ns of CLOCK_MONOTONIC, wrapping; written by the
    /// program.</summary>
    public uint LastSeen;

    /// <summary>Frames rewritten by the program.</summary>
    public uint Packets;

    /// <summary>TCP: the acknowledgement number of the last frame, network order; written by the program.</summary>
    public uint AcknowledgementBe;

    /// <summary>Index into the next-hop array (MAC addresses, interface), below
    /// <see cref="Model.DataplaneLimits.NextHops"/>.</summary>
    public uint NextHop
    {
        readonly get => Route & NextHopMask;
        set => Route = (Route & ~NextHopMask) | (value & NextHopMask);
    }

    /// <summary>Slot in the per-CPU counters of the listener and direction: listener slot × 2 + direction (0 forward,
    /// 1 return), below twice <see cref="Model.DataplaneLimits.Listeners"/>.</summary>
    public uint CounterSlot
    {
        readonly get => Route >> NextHopBits;
        set => Route = (Route & NextHopMask) | (value << NextHopBits);
    }

    /// <summary>Notes when a frame was seen, in nanoseconds.</summary>
    public void Stamp(long nowNs) => LastSeen = (uint)(nowNs >> SeenShift);

    /// <summary>When a frame was last seen, in nanoseconds: at most a unit too early, if that was less than 26 days
    /// ago.</summary>
    /// <param name="nowNs">Now.</param>
    public readonly long SeenNs(long nowNs)
    {
        long units = nowNs >> SeenShift;
        return (units - (int)((uint)units - LastSeen)) << SeenShift;
    }
}
