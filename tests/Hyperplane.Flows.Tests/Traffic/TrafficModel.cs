using System.Collections.Immutable;
using System.Net;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What the nodes of a simulated cell serve: a VIP of each family with listeners in mode nat, in mode nat with
/// proxy protocol headers (TCP), and in mode dsr; a few targets.</summary>
/// <remarks>A third of the clients uses each. Every second client and every second target has IPv6. An IPv6 address
/// ends with the IPv4 address that its host would have otherwise, which names the host.</remarks>
internal static class TrafficModel
{
    public const ushort TcpPort = 80;
    public const ushort UdpPort = 53;
    public const ushort DirectTcpPort = 81;
    public const ushort DirectUdpPort = 54;
    public const ushort TargetPort = 8_080;
    public const ushort ProxiedTargetPort = 8_081;
    public const int TcpIdleMs = 20_000;
    public const int UdpIdleMs = 10_000;

    private const ushort ProxiedPort = 82;
    private const uint HeaderOctets = 64;
    private const uint ProxiedTargets = 100;
    private const uint DirectTargets = 200;

    private static readonly IPAddress Vip = IPAddress.Parse("198.18.0.1");
    private static readonly IPAddress Fabric = IPAddress.Parse("172.16.0.100");

    public static uint VipBe { get; } = AddressBytes.Be(Vip);

    public static uint TargetBe(int target) => AddressBytes.Be(new IPAddress([10, 2, 0, (byte)(target + 1)]));

    /// <summary>An address of a client, and of the VIP for it.</summary>
    public static (PacketAddress Client, PacketAddress Vip) Ends(int client) => client % 2 == 0
        ? (new PacketAddress(ClientBe(client)), new PacketAddress(VipBe))
        : (Sample.Wide(ClientBe(client)), Sample.Wide(VipBe));

    /// <summary>The listeners' ports for a client.</summary>
    public static (ushort Tcp, ushort Udp) Ports(int client) => (client % 3) switch
    {
        1 => (ProxiedPort, UdpPort),
        2 => (DirectTcpPort, DirectUdpPort),
        _ => (TcpPort, UdpPort),
    };

    /// <summary>The connection that a client's number is of: it begins at 2^16 times that, a header below.</summary>
    public static uint ConnectionOf(uint sequence) => (sequence + HeaderOctets) >> 16;

    public static uint ClientBe(int client) =>
        AddressBytes.Be(new IPAddress([10, 1, (byte)(client >> 8), (byte)client]));

    /// <summary>The model of a node.</summary>
    /// <param name="version">Of the snapshot.</param>
    /// <param name="snatBe">The address this start of the node uses.</param>
    /// <param name="healthy">Which of the targets take new flows.</param>
    /// <param name="present">How many targets there are.</param>
    public static DataplaneModel Of(ulong version, uint snatBe, uint healthy, int present) => new()
    {
        Version = version,
        OwnPrefixes =
        [
            IPNetwork.Parse("198.18.0.0/24"), IPNetwork.Parse("198.19.0.0/22"),
            IPNetwork.Parse("2001:db8::198.18.0.0/120"), IPNetwork.Parse("2001:db8::198.19.0.0/118"),
        ],
        SnatAddresses = [new IPAddress(snatBe), Sample.Wide(snatBe).ToIPAddress()],
        SnatPools = [IPNetwork.Parse("198.19.0.0/22"), IPNetwork.Parse("2001:db8::198.19.0.0/118")],
        Gateways = [IPAddress.Parse("172.16.0.254")],
        TunnelSources = [Fabric, Sample.Wide(AddressBytes.Be(Fabric)).ToIPAddress()],
        Vips =
        [
            new VipModel(1, Vip, Listeners(1)),
            new VipModel(2, Sample.Wide(VipBe).ToIPAddress(), Listeners(11)),
        ],
        TargetGroups =
        [
            new TargetGroupModel(1, TargetsOf(1, TargetPort, healthy, present)),
            new TargetGroupModel(
                2, TargetsOf(ProxiedTargets, ProxiedTargetPort, healthy, present), ProxyProtocol: true),
            new TargetGroupModel(
                3, TargetsOf(DirectTargets, TargetPort, healthy, present), Tunnel: new TunnelModel(TunnelKind.Gue)),
        ],
    };

    private static ImmutableArray<ListenerModel> Listeners(uint first) =>
    [
        new(first, IpProtocol.Tcp, TcpPort, 1, TcpIdleMs),
        new(first + 1, IpProtocol.Udp, UdpPort, 1, UdpIdleMs),
        new(first + 2, IpProtocol.Tcp, ProxiedPort, 2, TcpIdleMs),
        new(first + 3, IpProtocol.Tcp, DirectTcpPort, 3, TcpIdleMs),
        new(first + 4, IpProtocol.Udp, DirectUdpPort, 3, UdpIdleMs),
    ];

    private static ImmutableArray<TargetModel> TargetsOf(uint firstId, ushort port, uint healthy, int present) =>
    [
        .. Enumerable.Range(0, present).Select(target => new TargetModel(
            firstId + (uint)target, TargetAddress(target), port, 100, (healthy & (1u << target)) != 0, false)),
    ];

    private static IPAddress TargetAddress(int target) => target % 2 == 0
        ? new IPAddress(TargetBe(target))
        : Sample.Wide(TargetBe(target)).ToIPAddress();
}
