using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Netlink;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

public sealed class NextHopTableTests
{
    private const ulong OwnMac = 0x0a;
    private readonly Dictionary<uint, NextHop> _published = [];
    private readonly NextHopTable _table;

    public NextHopTableTests() => _table = new NextHopTable(
        new InterfaceInfo("eth0", 9, OwnMac, 1_500, 1, 1, [new Subnet(Be("10.0.0.1"), 96 + 24)]),
        (index, hop) => _published[index] = hop);

    [Fact]
    public void Without_a_gateway_a_far_address_goes_nowhere()
    {
        Assert.Equal(0u, _table.For(Be("8.8.8.8")));
        Assert.False(_table.TryGet(0, out _));
    }

    [Fact]
    public void A_host_on_the_subnet_has_an_index_of_its_own_and_is_asked_for_once()
    {
        int wanted = 0;
        _table.Wanted = () => wanted++;
        uint index = _table.For(Be("10.0.0.7"));
        Assert.NotEqual(0u, index);
        Assert.Equal(index, _table.For(Be("10.0.0.7")));
        Assert.NotEqual(index, _table.For(Be("10.0.0.8")));
        Assert.Equal(2, wanted);
        Assert.False(_table.TryGet(index, out _));
        _table.Learn(Be("10.0.0.7"), 0x77);
        Assert.True(_table.TryGet(index, out NextHop hop));
        Assert.Equal(new NextHop(0x77, OwnMac, 9, 1), hop);
        Assert.Equal(hop, _published[index]);
        _table.Learn(Be("10.0.0.7"), 0);
        Assert.False(_table.TryGet(index, out _));
        Assert.Equal(0u, _published[index].Resolved);
    }

    [Fact]
    public void Far_addresses_spread_over_the_gateways_and_stay_where_they_are()
    {
        Assert.True(_table.Use([Be("10.0.0.254"), Be("10.0.0.253")]));
        var uses = Enumerable.Range(0, 1_000).GroupBy(i => _table.For(Be($"172.16.{i / 250}.{i % 250}"))).ToList();
        Assert.Equal(2, uses.Count);
        Assert.All(uses, use => Assert.InRange(use.Count(), 400, 600));
        Assert.Equal(_table.For(Be("172.16.0.1")), _table.For(Be("172.16.0.1")));
    }

    [Fact]
    public void A_gateway_that_does_not_answer_or_is_none_any_more_is_stood_in_for()
    {
        uint first = Be("10.0.0.254");
        uint second = Be("10.0.0.253");
        Assert.True(_table.Use([first, second]));
        _table.Learn(first, 0xf1);
        Assert.Equal(0xf1UL, Mac(first));
        Assert.Equal(0xf1UL, Mac(second));
        Assert.False(_table.IsKnown(_table.Find(second)));
        _table.Learn(second, 0xf2);
        Assert.Equal(0xf2UL, Mac(second));
        _table.Learn(first, 0);
        Assert.Equal(0xf2UL, Mac(first));
        _table.Learn(first, 0xf1);
        Assert.True(_table.Use([first]));
        Assert.Equal(0xf1UL, Mac(second));
        Assert.Equal(0xf1UL, _published[_table.Find(second)].DestinationMac);
    }

    [Fact]
    public void A_new_mac_address_of_the_interface_reaches_every_next_hop()
    {
        uint index = _table.For(Be("10.0.0.7"));
        _table.Learn(Be("10.0.0.7"), 0x77);
        _table.UseSource(0x0b);
        Assert.Equal(new NextHop(0x77, 0x0b, 9, 1), _published[index]);
    }

    [Fact]
    public void A_full_table_sends_new_hosts_of_the_subnet_to_a_gateway_and_refuses_new_gateways()
    {
        _table.UseSubnets([new Subnet(Be("10.0.0.0"), 96 + 8)]);
        Assert.True(_table.Use([Be("10.255.0.1")]));
        for (int i = 2; i < DataplaneLimits.NextHops; i++)
            Assert.Equal((uint)i, _table.For(Be($"10.0.{i / 256}.{i % 256}")));
        Assert.Equal(DataplaneLimits.NextHops, _table.Count);
        Assert.Equal(1u, _table.For(Be("10.77.0.1")));
        Assert.Equal(5u, _table.For(Be("10.0.0.5")));
        Assert.False(_table.Use([Be("10.255.0.2")]));
        Assert.True(_table.Use([Be("10.0.0.5")]));
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        _table.Use([Be("10.0.0.254")]);
        uint near = Be("10.0.0.9");
        uint far = Be("8.8.8.8");
        _table.For(near);
        Assert.Equal(0, Allocations.In(1_000, _ => _table.TryGet(_table.For(near) + _table.For(far), out NextHop _)));
    }

    private ulong Mac(uint addressBe) =>
        _table.TryGet(_table.Find(addressBe), out NextHop hop) ? hop.DestinationMac : 0;
}
