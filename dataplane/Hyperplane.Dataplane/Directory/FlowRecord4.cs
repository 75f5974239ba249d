using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Directory;

/// <summary>All that another node needs to carry an IPv4 flow on: what the flow directory holds.</summary>
/// <remarks>64 bytes, little-endian but for addresses and ports, which are in network order. The owner is (node,
/// start): a record with another start of the same node belongs to a dead owner. The epoch grows with every decision
/// about the forward key, so the higher epoch is the newer decision; <see cref="Incarnation"/> tells one flow of a key
/// from the next.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 64)]
public record struct FlowRecord4
{
    /// <summary>Bytes of a record.</summary>
    public const int Bytes = 64;

    /// <summary>The client's address.</summary>
    public uint ClientBe;

    /// <summary>The VIP.</summary>
    public uint VipBe;

    /// <summary>The client's port.</summary>
    public ushort ClientPortBe;

    /// <summary>The listener's port.</summary>
    public ushort VipPortBe;

    /// <summary>The target's address.</summary>
    public uint TargetBe;

    /// <summary>The source address towards the target.</summary>
    public uint SnatBe;

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

    /// <summary>What a sequence number towards the client gains; 0 until a header is inserted.</summary>
    public uint SequenceDelta;

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

    /// <summary>The key of the client's frames.</summary>
    public readonly FlowKey4 Forward => new(ClientBe, VipBe, ClientPortBe, VipPortBe, Protocol);

    /// <summary>The key of the target's frames.</summary>
    public readonly FlowKey4 Reverse => new(TargetBe, SnatBe, TargetPortBe, SnatPortBe, Protocol);

    /// <summary>Whether two records translate alike.</summary>
    public readonly bool TranslatesLike(in FlowRecord4 other) => Forward == other.Forward && Reverse == other.Reverse;
}
