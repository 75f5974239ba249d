using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Directory;

/// <summary>All that another node needs to carry a flow on: what the flow directory holds.</summary>
/// <remarks>128 bytes, little-endian but for addresses and ports, which are in network order; one whose addresses are
/// all IPv4 is kept and sent as <see cref="FlowRecord4"/>. The owner is (node,
/// start): a record with another start of the same node belongs to a dead owner. The epoch grows with every decision
/// about the forward key (see <see cref="FlowEpoch"/> for their order); <see cref="Incarnation"/> tells one flow of a
/// key from the next.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 128)]
public record struct FlowRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Bytes = 128;

    /// <summary>The client's address.</summary>
    public PacketAddress Client;

    /// <summary>The VIP.</summary>
    public PacketAddress Vip;

    /// <summary>The target's address.</summary>
    public PacketAddress Target;

    /// <summary>The source address towards the target.</summary>
    public PacketAddress Snat;

    /// <summary>The client's port.</summary>
    public ushort ClientPortBe;

    /// <summary>The listener's port.</summary>
    public ushort VipPortBe;

    /// <summary>The target's port.</summary>
    public ushort TargetPortBe;

    /// <summary>The source port towards the target.</summary>
    public ushort SnatPortBe;

    /// <summary>The listener's stable id.</summary>
    public uint ListenerId;

    /// <summary>The target's stable id.</summary>
    public uint TargetId;

    /// <summary>The owner's start.</summary>
    public ulong OwnerStart;

    /// <summary>Unique to this flow over all nodes and starts; see <see cref="FlowIncarnation"/>.</summary>
    public ulong Incarnation;

    /// <summary>Grows with every decision about the forward key, see <see cref="FlowEpoch"/>; 0 before the
    /// first.</summary>
    public uint Epoch;

    /// <summary>The number of the first octet of the proxy protocol header that the target is still to acknowledge,
    /// which ends where the client's first octet begins; 0 for none.</summary>
    public uint HeaderSequence;

    /// <summary>The owner's node id.</summary>
    public ushort OwnerNode;

    /// <summary>The idle timeout; of a tombstone, how long it is kept.</summary>
    public ushort IdleTimeoutSeconds;

    /// <summary>TCP or UDP.</summary>
    public byte Protocol;

    /// <summary>Where the flow is in its life.</summary>
    public FlowRecordState State;

    /// <summary>Zero.</summary>
    public ushort Reserved;

    /// <summary>Zero: for the tenant network and its host's endpoint.</summary>
    public ulong ReservedNetwork;

    /// <summary>Zero, likewise.</summary>
    public ulong ReservedEndpoint;

    /// <summary>The key of the client's frames.</summary>
    public readonly FlowKey Forward => new(Client, Vip, ClientPortBe, VipPortBe, Protocol);

    /// <summary>The key of the target's frames, or of a flow in mode <c>dsr</c> its
    /// <see cref="TunnelPath"/>.</summary>
    public readonly FlowKey Translation => new(Target, Snat, TargetPortBe, SnatPortBe, Protocol);

    /// <summary>Whether the target answers the client itself: mode <c>dsr</c>.</summary>
    public readonly bool IsDirect => TunnelPath.IsIn(Translation);

    /// <summary>The key of the target's frames, by which the record is found too.</summary>
    public readonly FlowKey Reverse => IsDirect ? Forward.Opposite() : Translation;

    /// <summary>Whether all addresses are IPv4.</summary>
    public readonly bool IsIpv4 => Client.IsIpv4 && Vip.IsIpv4 && Target.IsIpv4 && Snat.IsIpv4;

    /// <summary>Whether two records translate alike.</summary>
    public readonly bool TranslatesLike(in FlowRecord other) =>
        Forward == other.Forward && Translation == other.Translation;
}
