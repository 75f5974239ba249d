using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Floods from sources that are not there, at a real node between real clients and a real server.</summary>
public sealed class SpoofedFloodTests : IDisposable
{
    private const string Vip6 = "2001:db8:10::10";
    private const uint PerSecond = 20;

    private readonly Fabric? _fabric;

    public SpoofedFloodTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _fabric = new Fabric();
    }

    public void Dispose() => _fabric?.Dispose();

    /// <summary>The bucket takes two at once and one in 50 ms: what floods it would have all of them.</summary>
    [Theory]
    [InlineData(Fabric.Vip, false)]
    [InlineData(Vip6, false)]
    [InlineData(Fabric.Vip, true)]
    public void Beside_a_flood_from_sources_that_are_not_there_real_clients_connect_and_what_is_established_goes_on(
        string vip, bool isGeneric)
    {
        _fabric!.AddIpv6();
        using IDataplane dataplane = _fabric.Start(
            Fabric.Options with { XdpMode = isGeneric ? XdpMode.Generic : XdpMode.Native });
        Assert.Null(dataplane.Apply(Limited));
        using var talk = new LongTalk(_fabric.NearClient, vip);
        using SynFlood flood = SynFlood.Begin(_fabric.Target, _fabric.Node, vip);
        Eventually.Holds(() => Counted(dataplane, PacketCounter.Challenged) > 1_000);
        talk.GoOn();
        Fabric.Connect(_fabric.NearClient, 10, 10_000, vip);
        if (vip == Fabric.Vip)
            Fabric.Connect(_fabric.FarClient, 10, 10_000);
        talk.GoOn();
        flood.Dispose();
        Assert.InRange(Counted(dataplane, PacketCounter.ChallengePassed), vip == Fabric.Vip ? 2ul : 1ul, 20ul);
        Assert.Equal(0ul, Counted(dataplane, PacketCounter.DropHalfOpenFull));
    }

    /// <summary>Linux' connection tracking takes the question for one about a half-open connection, and lets the answer
    /// pass.</summary>
    [Fact]
    public void Behind_a_NAT_and_a_firewall_that_follow_connections_a_real_client_connects_beside_a_flood()
    {
        // Tracked is what the router routes, not what its bridge carries.
        _fabric!.Router.Run("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=0");
        string[] rules =
        [
            "add table ip edge",
            "add chain ip edge forward { type filter hook forward priority 0; }",
            "add rule ip edge forward ct state invalid drop",
            "add chain ip edge post { type nat hook postrouting priority 100; }",
            "add rule ip edge post oifname br0 masquerade",
        ];
        foreach (string rule in rules)
            _fabric.Router.Run("nft", rule);
        using IDataplane dataplane = _fabric.Start();
        Assert.Null(dataplane.Apply(Limited));
        using SynFlood flood = SynFlood.Begin(_fabric.NearClient, _fabric.Node, Fabric.Vip);
        Eventually.Holds(() => Counted(dataplane, PacketCounter.Challenged) > 1_000);
        Fabric.Connect(_fabric.FarClient, 10, 10_000);
        flood.Dispose();
        Assert.InRange(Counted(dataplane, PacketCounter.ChallengePassed), 1ul, 10ul);
    }

    /// <summary>Beyond the quarter, a flood has what waits in the socket's ring: 2,048 frames.</summary>
    [Fact]
    public void Without_any_limit_a_flood_does_not_fill_the_place_for_half_open_flows_and_real_clients_connect()
    {
        using IDataplane dataplane = _fabric!.Start(Fabric.Options with { HalfOpenCapacity = 8_192 });
        Assert.Null(dataplane.Apply(Fabric.Model));
        using var talk = new LongTalk(_fabric.FarClient, Fabric.Vip);
        using SynFlood flood = SynFlood.Begin(_fabric.NearClient, _fabric.Node, Fabric.Vip);
        Eventually.Holds(() => Counted(dataplane, PacketCounter.Challenged) > 1_000);
        Fabric.Connect(_fabric.NearClient, 10, 10_000);
        Fabric.Connect(_fabric.FarClient, 10, 10_000);
        talk.GoOn();
        flood.Dispose();
        Assert.Equal(0ul, Counted(dataplane, PacketCounter.DropHalfOpenFull));
    }

    private static ulong Counted(IDataplane dataplane, PacketCounter counter) =>
        dataplane.ReadCounters().Packets[(int)counter];

    private static DataplaneModel Limited => Fabric.Model with
    {
        OwnPrefixes = [.. Fabric.Model.OwnPrefixes, IPNetwork.Parse("2001:db8:10::/48")],
        Vips =
        [
            Fabric.Model.Vips[0] with { Admission = new AdmissionModel(PerSecond, TenantId: 1, 0, 0, []) },
            new VipModel(
                2, IPAddress.Parse(Vip6), [new ListenerModel(13, IpProtocol.Tcp, Fabric.TcpPort, 1, 60_000)],
                new AdmissionModel(PerSecond, TenantId: 2, 0, 0, [])),
        ],
    };
}
