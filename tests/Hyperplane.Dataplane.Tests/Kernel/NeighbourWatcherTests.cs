using System.Net;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Neighbours of a real kernel, in two namespaces.</summary>
public sealed class NeighbourWatcherTests : IDisposable
{
    private readonly NetworkNamespace? _left;
    private readonly NetworkNamespace? _right;

    public NeighbourWatcherTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _left = NetworkNamespace.Create();
        _right = NetworkNamespace.Create();
        NetworkNamespace.Join(_left, "l0", _right, "r0");
        _left.Ip("addr add 10.5.0.1/24 dev l0");
        _right.Ip("addr add 10.5.0.2/24 dev r0");
    }

    public void Dispose()
    {
        _left?.Dispose();
        _right?.Dispose();
    }

    [Fact]
    public void The_interface_is_described_as_the_kernel_has_it()
    {
        InterfaceInfo link = NamespaceThread.Run(_left!, () => InterfaceInfo.Read("l0"));
        Assert.Equal(("l0", 1_500, 1), (link.Name, link.MtuBytes, link.ReceiveQueues));
        Assert.Equal(Mac(_left!, "l0"), link.Mac);
        Subnet subnet = Assert.Single(link.Subnets, subnet => subnet.Address.IsIpv4);
        Subnet local = Assert.Single(link.Subnets, subnet => !subnet.Address.IsIpv4);
        Assert.True(local.Contains(PacketAddress.Of(IPAddress.Parse("fe80::1"))));
        Assert.False(local.Contains(PacketAddress.Of(IPAddress.Parse("fe80:0:0:1::1"))));
        Assert.True(subnet.Contains(Be("10.5.0.200")));
        Assert.False(subnet.Contains(Be("10.5.1.1")));
        _left!.Ip("link add four numrxqueues 4 numtxqueues 4 type veth peer name fourb");
        Assert.Equal(4, NamespaceThread.Run(_left, () => InterfaceInfo.Read("four")).ReceiveQueues);
    }

    [Theory]
    [InlineData("eth99", "namespace")]
    [InlineData("", "not an interface name")]
    [InlineData("a-name-that-is-too-long", "not an interface name")]
    [InlineData("lo", "no Ethernet")]
    public void An_interface_that_cannot_be_used_is_refused_in_words(string name, string reason)
    {
        var failure = Assert.Throws<KernelException>(() => NamespaceThread.Run(_left!, () => InterfaceInfo.Read(name)));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wanted_neighbour_is_resolved_lost_and_found_again()
    {
        (NextHopTable table, NeighbourWatcher watcher) = Watch();
        using (watcher)
        {
            uint index = table.For(Be("10.5.0.2"));
            NextHop hop = default;
            Eventually.Holds(() => table.TryGet(index, out hop));
            Assert.Equal(Mac(_right!, "r0"), hop.DestinationMac);
            Assert.Equal(Mac(_left!, "l0"), hop.SourceMac);

            _right!.Ip("link set dev r0 address 02:00:00:00:aa:bb");
            _left!.Ip("neigh flush dev l0");
            Eventually.Holds(() => table.TryGet(index, out hop) && hop.DestinationMac == 0xbbaa_0000_0002);

            _right.Ip("addr del 10.5.0.2/24 dev r0");
            _left.Ip("neigh flush dev l0");
            Eventually.Holds(() => !table.TryGet(index, out _));
            _right.Ip("addr add 10.5.0.2/24 dev r0");
            Eventually.Holds(() => table.TryGet(index, out _));
            Assert.Null(watcher.Fault);
        }
    }

    [Fact]
    public void A_neighbour_that_the_kernel_knew_before_is_known_at_once()
    {
        _left!.Ip("neigh add 10.5.0.77 lladdr 02:00:00:00:00:77 dev l0 nud permanent");
        (NextHopTable table, NeighbourWatcher watcher) = Watch();
        using (watcher)
        {
            uint index = table.For(Be("10.5.0.77"));
            NextHop hop = default;
            Eventually.Holds(() => table.TryGet(index, out hop));
            Assert.Equal(0x7700_0000_0002UL, hop.DestinationMac);
        }
    }

    [Fact]
    public void Subnets_and_the_own_mac_address_are_followed()
    {
        (NextHopTable table, NeighbourWatcher watcher) = Watch();
        using (watcher)
        {
            Assert.Equal(0u, table.For(Be("10.6.0.2")));
            _left!.Ip("addr add 10.6.0.1/24 dev l0");
            _right!.Ip("addr add 10.6.0.2/24 dev r0");
            Eventually.Holds(() => table.For(Be("10.6.0.2")) != 0);
            uint index = table.For(Be("10.6.0.2"));
            Eventually.Holds(() => table.TryGet(index, out _));
            _left.Ip("link set dev l0 address 02:00:00:00:cc:dd");
            Eventually.Holds(() => table.TryGet(index, out NextHop hop) && hop.SourceMac == 0xddcc_0000_0002);
        }
    }

    [Fact]
    public void A_removed_interface_is_a_fault()
    {
        (NextHopTable _, NeighbourWatcher watcher) = Watch();
        using (watcher)
        {
            _left!.Ip("link del l0");
            Eventually.Holds(() => watcher.Fault is not null);
            Assert.Contains("l0 is gone", watcher.Fault, StringComparison.Ordinal);
        }
    }

    private (NextHopTable Table, NeighbourWatcher Watcher) Watch() => NamespaceThread.Run(_left!, () =>
    {
        InterfaceInfo link = InterfaceInfo.Read("l0");
        var table = new NextHopTable(link, (_, _) => { });
        return (table, new NeighbourWatcher(table, link, TimeProvider.System));
    });

    private static ulong Mac(NetworkNamespace space, string device)
    {
        string[] words = space.Ip($"-br link show dev {device}").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return MacAddress.Read(Convert.FromHexString(words[2].Replace(":", "", StringComparison.Ordinal)));
    }
}
