using System.Buffers.Binary;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Bench.Flows;

/// <summary>Records of node 1, as many as there are ports and clients for.</summary>
internal static class FlowMaker
{
    private const uint Vip = 0x0100_12c6;

    public static FlowRecord Record(int flow, ulong start) => new()
    {
        Client = new PacketAddress(0x0000_000au | ((uint)(flow / 50_000) << 24)),
        Vip = new PacketAddress(Vip),
        ClientPortBe = Be((ushort)(10_000 + (flow % 50_000))),
        VipPortBe = Be(80),
        Target = new PacketAddress(0x0000_1e0au | ((uint)(flow % 100) << 24)),
        TargetPortBe = Be(8_080),
        Snat = new PacketAddress(0x0100_13c6),
        SnatPortBe = Be((ushort)(1_024 + (flow / 100))),
        ListenerId = 1,
        TargetId = 2,
        OwnerNode = 1,
        OwnerStart = start,
        Incarnation = (1UL << 48) | (uint)flow,
        IdleTimeoutSeconds = 350,
        Protocol = 6,
        State = FlowRecordState.Established,
    };

    public static FlowKey Unknown(int flow) => Record(flow, 1).Forward with { DestinationPortBe = 1 };

    private static ushort Be(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
