using Hyperplane.Dataplane.Counters;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Proxy protocol headers from a node with several queues, at one of which each frame arrives by
/// chance.</summary>
public sealed class ProxiedQueuesTests
{
    public ProxiedQueuesTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_server_knows_the_client_and_no_connection_breaks(int queues)
    {
        using var fabric = new ProxiedFabric(queues);
        using IDataplane dataplane = fabric.Fabric.Start();
        Assert.Null(dataplane.Apply(ProxiedFabric.Model));
        foreach (string first in new[] { "server", "client" })
        {
            fabric.Connect(connections: 30, bytes: 3_000, first);
            fabric.Connect(connections: 2, bytes: 2_000_000, first);
        }
        Assert.Null(dataplane.Fault);
        Eventually.Holds(() => Fabric.Unaccounted(dataplane.ReadCounters()) == 0);
        DataplaneCounters counters = dataplane.ReadCounters();
        ulong Count(PacketCounter counter) => counters.Packets[(int)counter];
        Assert.Equal(64ul, counters.Listeners[Fabric.TcpListener].NewFlows);
        Assert.InRange(Count(PacketCounter.HeaderSent), 64ul, 80ul);
        Assert.InRange(Count(PacketCounter.Punted), 64ul * 4, Count(PacketCounter.Forwarded) / 4);
        Assert.InRange(Count(PacketCounter.HandedOver), 64ul, Count(PacketCounter.Punted));
        Assert.Equal(0ul, Count(PacketCounter.ResetSent));
        Fabric.ExpectNoneLost(counters);
    }
}
