using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Tests.Flows;

public sealed class FlowEntry4Tests
{
    [Theory]
    [InlineData(0u, 0u)]
    [InlineData((uint)DataplaneLimits.NextHops - 1, 0u)]
    [InlineData(0u, ((uint)DataplaneLimits.Listeners * 2) - 1)]
    [InlineData((uint)DataplaneLimits.NextHops - 1, ((uint)DataplaneLimits.Listeners * 2) - 1)]
    public void Every_next_hop_and_every_listener_counter_have_room(uint nextHop, uint counterSlot)
    {
        var entry = new FlowEntry { NextHop = 1, CounterSlot = 1 };
        entry.NextHop = nextHop;
        entry.CounterSlot = counterSlot;
        Assert.Equal((nextHop, counterSlot), (entry.NextHop, entry.CounterSlot));
        entry.NextHop = nextHop;
        Assert.Equal((nextHop, counterSlot), (entry.NextHop, entry.CounterSlot));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(DataplaneLimits.Targets - 1)]
    public void Every_target_and_none_have_room_beside_the_pipelines_number(int slot)
    {
        var entry = new FlowEntry { TargetSlot = 77, Home = FlowHomes.Classes - 1 };
        entry.TargetSlot = slot;
        Assert.Equal((slot, FlowHomes.Classes - 1), (entry.TargetSlot, entry.Home));
        entry.Home = 3;
        Assert.Equal((slot, 3), (entry.TargetSlot, entry.Home));
        // What the program makes of none is beyond all counters.
        Assert.True(slot >= 0 || (entry.Owner >> 4) * 2 > DataplaneLimits.CountedTargets * 2u);
    }

    [Fact]
    public void A_stamp_is_at_most_a_unit_early_over_days_and_over_the_counters_wrap()
    {
        const long UnitNs = 1 << 20;
        const long DayNs = 86_400_000_000_000;
        var random = new Random(5);
        for (int i = 0; i < 10_000; i++)
        {
            long seenNs = random.NextInt64(200 * DayNs);
            long nowNs = seenNs + random.NextInt64(25 * DayNs);
            var entry = default(FlowEntry);
            entry.Stamp(seenNs);
            Assert.InRange(entry.SeenNs(nowNs), seenNs - UnitNs, seenNs);
            // The program's clock may be a little ahead.
            Assert.InRange(entry.SeenNs(Math.Max(0, seenNs - 5_000_000)), seenNs - UnitNs, seenNs);
        }
    }
}
