using System.Net;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What the nodes of a simulated cell serve: a VIP with a TCP and a UDP listener, a few targets.</summary>
internal static class TrafficModel
{
    public const ushort TcpPort = 80;
    public const ushort UdpPort = 53;
    public const ushort TargetPort = 8_080;
    public const int TcpIdleMs = 20_000;
    public const int UdpIdleMs = 10_000;

    private static readonly IPAddress Vip = IPAddress.Parse("198.18.0.1");

    public static uint VipBe { get; } = AddressBytes.Be(Vip);

    public static uint TargetBe(int target) => AddressBytes.Be(TargetAddress(target));

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
        OwnPrefixes = [IPNetwork.Parse("198.18.0.0/24"), IPNetwork.Parse("198.19.0.0/22")],
        SnatAddresses = [new IPAddress(snatBe)],
        SnatPool = IPNetwork.Parse("198.19.0.0/22"),
        Gateways = [IPAddress.Parse("172.16.0.254")],
        Vips =
        [
            new VipModel(1, Vip,
            [
                new ListenerModel(1, IpProtocol.Tcp, TcpPort, 1, TcpIdleMs),
                new ListenerModel(2, IpProtocol.Udp, UdpPort, 1, UdpIdleMs),
            ]),
        ],
        TargetGroups =
        [
            new TargetGroupModel(1,
            [
                .. Enumerable.Range(0, present).Select(target => new TargetModel(
                    (uint)target + 1, TargetAddress(target), TargetPort, 100, (healthy & (1u << target)) != 0, false)),
            ]),
        ],
    };

    private static IPAddress TargetAddress(int target) => new([10, 2, 0, (byte)(target + 1)]);
}
