using System.Buffers.Binary;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests;

/// <summary>Records as an owner would make them.</summary>
internal static class Sample
{
    private const uint Vip = 0x0100_12c6;

    /// <summary>A new flow of a node: flow number n, whoever makes it; the port is the maker's.</summary>
    public static FlowRecord Record(
        int flow, ushort node, ulong start, int port = -1, uint target = 0x6500_1e0a) => new()
    {
        Client = new PacketAddress(0x0200_140au + ((uint)(flow >> 14) << 24)),
        Vip = new PacketAddress(Vip),
        ClientPortBe = Be((ushort)(1_024 + (flow & 0x3fff))),
        VipPortBe = Be(80),
        Target = new PacketAddress(target),
        TargetPortBe = Be(8_080),
        Snat = SimulatedCell.SnatOf(node),
        SnatPortBe = Be((ushort)(port < 0 ? 2_048 + (flow & 0x7fff) : port)),
        ListenerId = 1,
        TargetId = 2,
        OwnerNode = node,
        OwnerStart = start,
        Incarnation = ((ulong)node << 48) | (start + (ulong)flow),
        IdleTimeoutSeconds = 350,
        Protocol = 6,
        State = FlowRecordState.Opening,
    };

    public static FlowRecord Record(int flow, SimulatedNode node) => Record(flow, node.Id, node.StartNumber);

    /// <summary>The same flow to an IPv6 target.</summary>
    public static FlowRecord ToIpv6Target(in FlowRecord record) => record with
    {
        Target = Wide(record.Target), Snat = Wide(record.Snat),
    };

    /// <summary>The same flow of an IPv6 client to an IPv6 target.</summary>
    public static FlowRecord ToIpv6(in FlowRecord record) => ToIpv6Target(record) with
    {
        Client = Wide(record.Client), Vip = Wide(record.Vip),
    };

    /// <summary>An address of 2001:db8::/32 for an IPv4 one.</summary>
    public static PacketAddress Wide(in PacketAddress address) =>
        new(0xb80d_0120, (ulong)address.Ipv4Be << 32);

    private static ushort Be(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
