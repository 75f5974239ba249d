using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A flood of one source towards one VIP, at a real node between real clients and a real server.</summary>
public sealed class FloodTests
{
    private const string OtherVip = "203.0.113.11";
    private const int Frames = 20_000;

    public FloodTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    /// <param name="queues">Of the node, whose limits are one.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_flood_of_one_source_hinders_neither_established_flows_nor_another_tenants_new_ones(int queues)
    {
        using var fabric = new Fabric(queues);
        using IDataplane dataplane = fabric.Start();
        Assert.Null(dataplane.Apply(Limited));
        using var talk = new LongTalk(fabric.FarClient, Fabric.Vip);
        Flood(fabric);
        talk.GoOn();
        Fabric.Connect(fabric.FarClient, 1, 10_000, OtherVip);
        Fabric.Connect(fabric.NearClient, 1, 10_000, OtherVip);
        // Its own tenant's other clients too: the flood has but its source's share.
        Fabric.Connect(fabric.NearClient, 1, 10_000);
        DataplaneCounters counters = dataplane.ReadCounters();
        ulong refused = counters.Packets[(int)PacketCounter.DropSourceRate];
        // All but those of a tenth of a second, and of the time that the flood took.
        Assert.InRange(refused, (ulong)Frames * 9 / 10, (ulong)Frames);
        KeyValuePair<uint, IReadOnlyList<ulong>> vip = Assert.Single(counters.VipDrops);
        Assert.Equal(Fabric.Model.Vips[0].Id, vip.Key);
        Assert.Equal([refused, 0, 0, 0], vip.Value);
        Assert.Equal(0ul, counters.Packets[(int)PacketCounter.DropHalfOpenFull]);
        Assert.Equal(queues > 1, counters.Packets[(int)PacketCounter.HandedOver] > 0);
        Fabric.ExpectNoneLost(counters);
    }

    private static DataplaneModel Limited { get; } = Fabric.Model with
    {
        Vips =
        [
            Fabric.Model.Vips[0] with { Admission = new AdmissionModel(0, TenantId: 1, 0, PerSource: 100, []) },
            new VipModel(
                2, IPAddress.Parse(OtherVip), [new ListenerModel(13, IpProtocol.Tcp, Fabric.TcpPort, 1, 60_000)],
                new AdmissionModel(0, TenantId: 2, 0, PerSource: 100, [])),
        ],
    };

    /// <summary>More SYNs than there is place for half-open flows, each from a port of its own.</summary>
    private static void Flood(Fabric fabric)
    {
        string node = fabric.Node.Run("cat", "/sys/class/net/eth0/address");
        byte[] mac = Convert.FromHexString(node.Trim().Replace(":", "", StringComparison.Ordinal));
        NamespaceThread.Run(fabric.NearClient, () =>
        {
            using var wire = new RawSocket("eth0");
            for (int port = 30_000; port < 30_000 + Frames; port++)
            {
                byte[] syn = TestFrame.Tcp("10.0.0.99", port, Fabric.Vip, Fabric.TcpPort, TestFrame.Syn);
                mac.CopyTo(syn, 0);
                wire.Send(syn);
            }

            return true;
        });
    }
}
