using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Flows;

/// <summary>What the XDP program does to a frame of an established flow, and what it noted meanwhile.</summary>
/// <remarks>56 bytes, <c>struct flow_entry6</c> in <c>bpf/hyperplane.h</c>. Ports in network order. The addresses are
/// of the family that the frame leaves in, which need not be that of its key.
/// The checksum deltas are one's-complement sums of the 16-bit words that change (RFC 1624), folded, network order;
/// the IPv4 one leaves the TTL's change to the program.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 56)]
public struct FlowEntry
{
    private const int NextHopBits = 12;
    private const uint NextHopMask = (1 << NextHopBits) - 1;
    private const int SlotBits = 19;
    private const uint SlotMask = ((1u << SlotBits) - 1) << NextHopBits;
    private const uint TunnelBit = 1u << (NextHopBits + SlotBits);
    private const int SeenShift = 20;
    private const int HomeBits = 4;
    private const uint HomeMask = (1 << HomeBits) - 1;
    private const uint LoggedBit = 1 << HomeBits;
    private const int TargetShift = HomeBits + 1;

    /// <summary>Rewritten source address.</summary>
    public PacketAddress Source;

    /// <summary>Rewritten destination address.</summary>
    public PacketAddress Destination;

    /// <summary>Rewritten source port.</summary>
    public ushort SourcePortBe;

    /// <summary>Rewritten destination port.</summary>
    public ushort DestinationPortBe;

    /// <summary>Sum of new minus old words of the IPv4 header; 0 unless both families are IPv4.</summary>
    public ushort IpChecksumDelta;

    /// <summary>Sum of new minus old words of pseudo header and ports.</summary>
    public ushort L4ChecksumDelta;

    /// <summary><see cref="NextHop"/>, <see cref="CounterSlot"/> and <see cref="IsTunnelled"/>.</summary>
    public uint Route;

    /// <summary>Coarse time of the last frame, in units of 2^20 ns of CLOCK_MONOTONIC, wrapping; written by the
    /// program.</summary>
    public uint LastSeen;

    /// <summary><see cref="Home"/>, <see cref="IsLogged"/> and <see cref="TargetSlot"/>.</summary>
    public uint Owner;

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
        readonly get => (Route & SlotMask) >> NextHopBits;
        set => Route = (Route & ~SlotMask) | ((value << NextHopBits) & SlotMask);
    }

    /// <summary>The flow's pipeline, below <see cref="FlowHomes.Classes"/>: it is told of FINs.</summary>
    public int Home
    {
        readonly get => (int)(Owner & HomeMask);
        set => Owner = (Owner & ~HomeMask) | ((uint)value & HomeMask);
    }

    /// <summary>The target's place in the counters, -1 for none; the program counts those below
    /// <see cref="Model.DataplaneLimits.CountedTargets"/>.</summary>
    public int TargetSlot
    {
        readonly get => (int)Owner >> TargetShift;
        set => Owner = ((uint)value << TargetShift) | (Owner & (LoggedBit | HomeMask));
    }

    /// <summary>Whether the program counts the flow's own frames, under its key.</summary>
    public bool IsLogged
    {
        readonly get => (Owner & LoggedBit) != 0;
        set => Owner = value ? Owner | LoggedBit : Owner & ~LoggedBit;
    }

    /// <summary>Whether frames go into a tunnel, whole; the other fields mean something else then: the addresses are
    /// the tunnel's, <see cref="DestinationPortBe"/> is the outer source port.</summary>
    public readonly bool IsTunnelled => (Route & TunnelBit) != 0;

    /// <summary>Of an entry that <see cref="IsTunnelled"/>: the tunnel.</summary>
    public TunnelPath Tunnel
    {
        readonly get => new(
            (TunnelKind)L4ChecksumDelta, BinaryPrimitives.ReverseEndianness(IpChecksumDelta),
            BinaryPrimitives.ReverseEndianness(AcknowledgementBe));
        set
        {
            Route |= TunnelBit;
            L4ChecksumDelta = (ushort)value.Kind;
            IpChecksumDelta = BinaryPrimitives.ReverseEndianness(value.Port);
            AcknowledgementBe = BinaryPrimitives.ReverseEndianness(value.NetworkId);
        }
    }

    /// <summary>Notes when a frame was seen, in nanoseconds.</summary>
    public void Stamp(long nowNs) => LastSeen = (uint)(nowNs >> SeenShift);

    /// <summary>TCP: reads what the sender of the last frame expects next; an entry that forwarded nothing has 0, and
    /// nothing newer.</summary>
    public readonly void ReadAcknowledgement(ref uint expected)
    {
        if (AcknowledgementBe != 0)
            expected = BinaryPrimitives.ReverseEndianness(AcknowledgementBe);
    }

    /// <summary>When a frame was last seen, in nanoseconds: at most a unit too early, if that was less than 26 days
    /// ago.</summary>
    /// <param name="nowNs">Now.</param>
    public readonly long SeenNs(long nowNs)
    {
        long units = nowNs >> SeenShift;
        return (units - (int)((uint)units - LastSeen)) << SeenShift;
    }
}
