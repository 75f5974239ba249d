using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Model;
using Hyperplane.Decap.Kernel;
using Hyperplane.Lab;
using Encapsulation = Hyperplane.Decap.Tests.Kernel.Encapsulation;
using UnwrapTests = Hyperplane.Decap.Tests.Kernel.UnwrapTests;
using Wire = Hyperplane.Decap.Tests.Kernel.Wire;

namespace Hyperplane.Decap.Tests.Lab;

/// <summary>The whole way in mode dsr: a client, a node's dataplane, a target with <c>hpdecap</c>, and the answer past
/// the node.</summary>
public sealed class NodeTests
{
    private const int Bytes = 300_000;
    private const uint GreKey = 7;

    private const string Install =
        "install --interface eth0 --tunnel-address 10.2.0.3 fd02::3 --from 10.2.0.0/24 172.30.0.0/24 fd02::/64 "
        + "--vip 203.0.113.10 2001:db8:10::10 --vni 7";

    public NodeTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    /// <param name="farMtuBytes">1,600: all fits. 1,500: clients have to be told.</param>
    /// <param name="queues">Of the node.</param>
    [Theory]
    [InlineData(1_600, 1)]
    [InlineData(1_500, 1)]
    [InlineData(1_600, 2)]
    [InlineData(1_500, 4)]
    public void A_client_reaches_a_target_by_every_encapsulation_and_is_answered_past_the_node(
        int farMtuBytes, int queues)
    {
        ulong handedOver = 0;
        using var street = new Street(hasNode: true, farMtuBytes, queues);
        Hpdecap.Do(street.Target, Install);
        foreach (Encapsulation encapsulation in Enum.GetValues<Encapsulation>())
        {
            foreach (int outerVersion in new[] { 4, 6 })
            {
                street.ForgetPathMtu();
                using IDataplane node = NamespaceThread.Run(street.Node!, () => DataplaneHost.Start(Options));
                Assert.Null(node.Apply(Model(encapsulation, outerVersion)));
                foreach (int innerVersion in new[] { 4, 6 })
                    street.Converse(innerVersion, Bytes, largestDatagram: farMtuBytes - 200);
                DataplaneCounters counters = node.ReadCounters();
                string name = $"{encapsulation} over IPv{outerVersion}";
                ulong encapsulated = counters.Packets[(int)PacketCounter.Encapsulated];
                FlowCounters tcp = counters.Listeners[1];
                Assert.True(tcp.BytesIn > Bytes && tcp.PacketsOut == 0, $"{name}: {tcp}");
                // The first frames alone are the pipeline's.
                Assert.InRange(counters.Packets[(int)PacketCounter.Punted], 4ul, encapsulated / 2);
                bool isTold = counters.Packets[(int)PacketCounter.TooBigSent] > 0;
                Assert.True(isTold == (farMtuBytes == 1_500), $"{name}: told {isTold}");
                Assert.Equal((2ul, 2ul), (tcp.NewFlows + counters.Listeners[3].NewFlows,
                    counters.Listeners[2].NewFlows + counters.Listeners[4].NewFlows));
                Assert.Equal(0ul, counters.Packets[(int)PacketCounter.DropHandOverFull]);
                handedOver += counters.Packets[(int)PacketCounter.HandedOver];
            }
        }

        Assert.Equal(queues > 1, handedOver > 0);
        Dictionary<DecapCounter, long> frames = Hpdecap.Count(street.Target);
        foreach (Encapsulation encapsulation in Enum.GetValues<Encapsulation>())
            Assert.True(frames[UnwrapTests.Counter(encapsulation)] > 4, encapsulation.ToString());
        Assert.All(frames.Where(one => one.Key >= DecapCounter.DropTruncated), drop => Assert.Equal(0, drop.Value));
    }

    private static DataplaneOptions Options { get; } =
        new() { Interface = "eth0", FlowCapacity = 1_024, HalfOpenCapacity = 256, StallTimeoutMs = 30_000 };

    private static TunnelModel Tunnel(Encapsulation encapsulation) => encapsulation switch
    {
        Encapsulation.Gue => new TunnelModel(TunnelKind.Gue),
        Encapsulation.Gre => new TunnelModel(TunnelKind.Gre),
        Encapsulation.GreWithKey => new TunnelModel(TunnelKind.Gre, NetworkId: GreKey),
        Encapsulation.Vxlan => new TunnelModel(TunnelKind.Vxlan, NetworkId: Wire.Vni),
        _ => new TunnelModel(TunnelKind.Ipip),
    };

    private static ImmutableArray<ListenerModel> Listeners(uint first) =>
    [
        new ListenerModel(first, IpProtocol.Tcp, 80, 1, 60_000),
        new ListenerModel(first + 1, IpProtocol.Udp, 53, 1, 60_000),
    ];

    private static DataplaneModel Model(Encapsulation encapsulation, int outerVersion) => new()
    {
        Version = 1,
        OwnPrefixes =
        [
            IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("198.51.100.0/28"), IPNetwork.Parse("2001:db8:10::/48"),
        ],
        SnatAddresses = [IPAddress.Parse("198.51.100.1")],
        Gateways = [IPAddress.Parse("10.2.0.1"), IPAddress.Parse("fd02::1")],
        TunnelSources = [IPAddress.Parse("10.2.0.4"), IPAddress.Parse("fd02::4")],
        TunnelSourcePrefixes = [IPNetwork.Parse("172.30.0.0/24")],
        Vips =
        [
            new VipModel(1, IPAddress.Parse(Wire.Vip(4)), Listeners(1)),
            new VipModel(2, IPAddress.Parse(Wire.Vip(6)), Listeners(3)),
        ],
        TargetGroups =
        [
            new TargetGroupModel(
                1,
                [
                    new TargetModel(
                        1, IPAddress.Parse(outerVersion == 4 ? "10.2.0.3" : "fd02::3"), 80, 1, Healthy: true,
                        Draining: false),
                ],
                TargetSelection.FiveTuple, Tunnel(encapsulation)),
        ],
    };
}
