using System.Buffers.Binary;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Tests.Simulation;

namespace Hyperplane.Flows.Tests;

/// <summary>Records as an owner would make them.</summary>
internal static class Sample
{
    private const uint Vip = 0x0100_12c6;

    /// <summary>A new flow of a node: flow number n, whoever makes it; the port is the maker's.</summary>
    public static FlowRecord4 Record(
        int flow, ushort node, ulong start, int port = -1, uint target = 0x6500_1e0a) => new()
    {
        ClientBe = 0x0200_140au + ((uint)(flow >> 14) << 24),
        VipBe = Vip,
        ClientPortBe = Be((ushort)(1_024 + (flow & 0x3fff))),
        VipPortBe = Be(80),
        TargetBe = target,
        TargetPortBe = Be(8_080),
        SnatBe = SimulatedCell.SnatOf(node),
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

    public static FlowRecord4 Record(int flow, SimulatedNode node) => Record(flow, node.Id, node.StartNumber);

    private static ushort Be(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
