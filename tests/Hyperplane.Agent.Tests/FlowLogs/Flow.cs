using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.FlowLogs;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Agent.Tests.FlowLogs;

/// <summary>Flows that are over.</summary>
internal static class Flow
{
    /// <summary>One from second 1 to second 3 of the clock.</summary>
    public static FlowLogRecord Over(
        string client = "192.0.2.7", string vip = "198.18.0.1", FlowEnd end = FlowEnd.Fin,
        FlowLogMarks marks = FlowLogMarks.None, uint listener = 11, uint targetId = 11, uint protocol = 6) => new(
        new FlowKey(Address(client), Address(vip), Be(40_000), Be(80), protocol),
        new FlowKey(Address("10.40.0.1"), Address("10.32.1.5"), Be(8_080), Be(20_000), protocol),
        listener, targetId, StartNs: 1_000_000_000, LastSeenNs: 3_000_000_000, new FlowCounts(5, 600, 4, 70_000), end,
        marks);

    private static PacketAddress Address(string text) => PacketAddress.Of(IPAddress.Parse(text));

    private static ushort Be(ushort port) => BinaryPrimitives.ReverseEndianness(port);
}
