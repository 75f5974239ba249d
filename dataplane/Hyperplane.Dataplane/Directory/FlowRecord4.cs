using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Directory;

/// <summary>A record whose addresses are all IPv4, packed: as it is kept and sent.</summary>
/// <remarks>64 bytes; the members are those of <see cref="FlowRecord"/>, in this order.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 64)]
public readonly record struct FlowRecord4(
    uint ClientBe, uint VipBe, ushort ClientPortBe, ushort VipPortBe, uint TargetBe, uint SnatBe, ushort TargetPortBe,
    ushort SnatPortBe, uint ListenerId, uint TargetId, ulong OwnerStart, ulong Incarnation, uint Epoch,
    uint HeaderSequence, ushort OwnerNode, ushort IdleTimeoutSeconds, byte Protocol, FlowRecordState State,
    ushort Reserved)
{
    /// <summary>Bytes of a packed record.</summary>
    public const int Bytes = 64;

    /// <summary>Of <see cref="Reserved"/>: whoever keeps this has the addresses elsewhere. Never on a wire.</summary>
    public const ushort AddressesElsewhere = 1;

    /// <summary>Whether the addresses are here.</summary>
    public bool IsPacked => Reserved != AddressesElsewhere;

    /// <summary>The key of the client's frames.</summary>
    public FlowKey4 Forward => new(ClientBe, VipBe, ClientPortBe, VipPortBe, Protocol);

    /// <summary>The key of the target's frames, as <see cref="FlowRecord.Reverse"/>.</summary>
    public FlowKey4 Reverse => (byte)SnatBe != 0
        ? new FlowKey4(TargetBe, SnatBe, TargetPortBe, SnatPortBe, Protocol)
        : new FlowKey4(VipBe, ClientBe, VipPortBe, ClientPortBe, Protocol);

    /// <summary>Packs a record that is <see cref="FlowRecord.IsIpv4"/>.</summary>
    public static FlowRecord4 Of(in FlowRecord record) => new(
        record.Client.Ipv4Be, record.Vip.Ipv4Be, record.ClientPortBe, record.VipPortBe, record.Target.Ipv4Be,
        record.Snat.Ipv4Be, record.TargetPortBe, record.SnatPortBe, record.ListenerId, record.TargetId,
        record.OwnerStart, record.Incarnation, record.Epoch, record.HeaderSequence, record.OwnerNode,
        record.IdleTimeoutSeconds, record.Protocol, record.State, record.Reserved);

    /// <summary>Unpacks it.</summary>
    public FlowRecord ToRecord() => new()
    {
        Client = new PacketAddress(ClientBe),
        Vip = new PacketAddress(VipBe),
        Target = new PacketAddress(TargetBe),
        Snat = new PacketAddress(SnatBe),
        ClientPortBe = ClientPortBe,
        VipPortBe = VipPortBe,
        TargetPortBe = TargetPortBe,
        SnatPortBe = SnatPortBe,
        ListenerId = ListenerId,
        TargetId = TargetId,
        OwnerStart = OwnerStart,
        Incarnation = Incarnation,
        Epoch = Epoch,
        HeaderSequence = HeaderSequence,
        OwnerNode = OwnerNode,
        IdleTimeoutSeconds = IdleTimeoutSeconds,
        Protocol = Protocol,
        State = State,
        Reserved = Reserved,
    };
}
