using System.Net;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>A node's own next-hop table, with neighbours that a configuration names.</summary>
internal static class ConfigNextHops
{
    /// <summary>The interface that frames come in and go out by: the one a test run of the kernel takes.</summary>
    public const int InterfaceIndex = 1;

    /// <summary>The table, its gateways in use.</summary>
    /// <param name="config">Subnets, gateways and neighbours.</param>
    /// <param name="publish">Told of every next hop that changes.</param>
    public static NextHopTable Create(HpdpConfig config, Action<uint, NextHop> publish)
    {
        var macs = config.Neighbours.ToDictionary(
            neighbour => PacketAddress.Of(neighbour.Address), neighbour => MacAddress.Read(neighbour.Mac.AsSpan()));
        var link = new InterfaceInfo(
            "replay", InterfaceIndex, MacAddress.Read(config.Mac.AsSpan()), config.MtuBytes, ReceiveQueues: 1,
            TransmitQueues: 1,
            [.. config.Subnets.Select(Subnet)]);
        var table = new NextHopTable(link, publish);
        uint asked = 1;
        table.Wanted = () =>
        {
            for (; asked < table.Count; asked++)
                table.Learn(table.Address(asked), macs.GetValueOrDefault(table.Address(asked)));
        };
        table.Use([.. config.Gateways.Select(PacketAddress.Of)]);
        return table;
    }

    private static Subnet Subnet(IPNetwork prefix)
    {
        PacketAddress address = PacketAddress.Of(prefix.BaseAddress);
        return new Subnet(address, prefix.PrefixLength + (address.IsIpv4 ? 96 : 0));
    }
}
