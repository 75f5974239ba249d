using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Tests.Flows;

public sealed class SnatPortsTests
{
    private const uint Target = 0x0100_000a;

    private readonly FlowTable _table = new(2_000, 2_000, 1);

    private int Take(SnatPorts ports, uint client, uint target = Target)
    {
        var forward = new FlowKey(client, 1, 1, 80, 6);
        if (!ports.TryTake(forward, target, 80, out FlowKey reverse))
            return FlowTable.None;
        return _table.Add(forward, reverse, FlowState.SynSeen, 0);
    }

    private ushort PortOf(int slot) =>
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(_table.Columns.Reverse[slot].DestinationPortBe);

    [Fact]
    public void Every_address_and_port_is_given_out_once_and_none_twice()
    {
        var ports = new SnatPorts(_table, 7, 1_024, 1_123);
        ports.Use([11, 12, 13]);
        var taken = new HashSet<FlowKey>();
        for (uint client = 0; client < 300; client++)
        {
            int slot = Take(ports, client);
            Assert.NotEqual(FlowTable.None, slot);
            Assert.True(taken.Add(_table.Columns.Reverse[slot]));
            Assert.InRange(PortOf(slot), 1_024, 1_123);
        }
        Assert.Equal(FlowTable.None, Take(ports, 300));
        Assert.NotEqual(FlowTable.None, Take(ports, 300, Target + 1));
    }

    [Fact]
    public void The_port_freed_longest_ago_comes_first()
    {
        var ports = new SnatPorts(_table, 7, 1_024, 1_033);
        ports.Use([11]);
        int[] slots = [.. Enumerable.Range(0, 10).Select(client => Take(ports, (uint)client))];
        ushort[] given = [.. slots.Select(PortOf)];
        foreach (int slot in slots)
            _table.Release(slot);
        for (uint round = 0; round < 30; round++)
        {
            int slot = Take(ports, round);
            Assert.Equal(given[round % 10], PortOf(slot));
            _table.Release(slot);
        }
    }

    [Fact]
    public void A_port_in_hold_down_is_not_given_out()
    {
        var ports = new SnatPorts(_table, 7, 1_024, 1_025);
        ports.Use([11]);
        int first = Take(ports, 1);
        _table.Hold(first, FlowQueueKind.Long, 0);
        int second = Take(ports, 2);
        Assert.NotEqual(PortOf(first), PortOf(second));
        Assert.Equal(FlowTable.None, Take(ports, 3));
        _table.Release(first);
        Assert.NotEqual(FlowTable.None, Take(ports, 3));
    }

    [Fact]
    public void A_long_run_of_taken_ports_does_not_hide_the_free_ones()
    {
        var ports = new SnatPorts(_table, 7, 1_024, 3_023);
        ports.Use([11]);
        int[] slots = [.. Enumerable.Range(0, 2_000).Select(client => Take(ports, (uint)client))];
        var random = new Random(4);
        foreach (int i in Enumerable.Range(300, 1_700).Where(_ => random.Next(5) == 0))
            _table.Release(slots[i]);
        // The cursor stands at the oldest port, 300 taken ones ahead of it: more than there are tries.
        Assert.NotEqual(FlowTable.None, Take(ports, 5_000));
    }

    [Fact]
    public void A_flows_port_leads_to_its_home_and_the_ports_of_a_class_are_all_given_out_in_turn()
    {
        var homes = new FlowHomes(4, 9);
        var ports = new SnatPorts(_table, 7, 1_024, 1_024 + 165, homes);
        ports.Use([11, 12]);
        int[] given = new int[FlowHomes.Classes];
        for (uint client = 0; client < 1_000; client++)
        {
            int slot = Take(ports, client);
            FlowKey forward = slot == FlowTable.None
                ? new FlowKey(client, 1, 1, 80, 6)
                : _table.Columns.Forward[slot];
            int flowClass = homes.ClassOf(forward);
            if (slot == FlowTable.None)
            {
                Assert.Equal(2 * 10, given[flowClass]);
                continue;
            }
            given[flowClass]++;
            Assert.Equal(homes.Of(forward), homes.Of(_table.Columns.Reverse[slot]));
            Assert.InRange(PortOf(slot), 1_024, 1_024 + 159);
        }
        Assert.All(given, count => Assert.Equal(2 * 10, count));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SnatPorts(_table, 7, 1_024, 1_024 + 14, homes));
    }

    [Fact]
    public void Without_addresses_there_is_no_port() => Assert.Equal(FlowTable.None, Take(new SnatPorts(_table, 7), 1));
}
