using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Flows;

public sealed class FlowTableTests
{
    private sealed record Known(FlowKey Forward, FlowKey Reverse, FlowPool Pool, bool Detached);

    private static FlowKey Key(Random random, int range) => new(
        (uint)random.Next(range), (uint)random.Next(2), (ushort)random.Next(4), 80, random.Next(2) == 0 ? 6u : 17u);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_order_of_steps_agrees_with_a_dictionary(int seed)
    {
        var random = new Random(seed);
        var table = new FlowTable(flows: 40, halfOpen: 12, seed: (ulong)seed);
        var known = new Dictionary<int, Known>();
        long nowNs = 0;
        for (int step = 0; step < 15_000; step++)
        {
            nowNs += 1_000;
            int slot = known.Count == 0 ? FlowTable.None : known.Keys.ElementAt(random.Next(known.Count));
            switch (random.Next(10))
            {
                case 0 or 1 or 2:
                    Add(Key(random, 30), Key(random, 30) with { Destination = new PacketAddress(9) });
                    break;
                case 3 or 4 when slot >= 0 && known[slot].Pool is FlowPool.HalfOpen or FlowPool.Unconfirmed:
                    if (!table.HasRoom(FlowPool.Established))
                        break;
                    table.Advance(slot, FlowState.Established, nowNs);
                    known[slot] = known[slot] with { Pool = FlowPool.Established };
                    break;
                case 5 when slot >= 0 && known[slot].Pool == FlowPool.Established:
                    table.Close(slot, HoldDown(random), nowNs);
                    known[slot] = known[slot] with { Pool = FlowPool.HoldDown };
                    break;
                case 6 when slot >= 0 && known[slot].Pool != FlowPool.HoldDown:
                    table.Hold(slot, HoldDown(random), nowNs);
                    known[slot] = known[slot] with { Pool = FlowPool.HoldDown, Detached = true };
                    break;
                case 7 when slot >= 0 && table.State(slot) == FlowState.Closed:
                    table.HoldClosed(slot);
                    known[slot] = known[slot] with { Detached = true };
                    break;
                case 9 when slot >= 0 && known[slot].Pool == FlowPool.Established:
                    table.Doubt(slot, FlowQueueKind.ResetSeen + random.Next(3), nowNs);
                    if (random.Next(2) == 0)
                        table.Trust(slot);
                    break;
                case 8 when slot >= 0:
                    table.Release(slot);
                    known.Remove(slot);
                    break;
            }
            if (step % 8 == 0)
                Compare($"seed {seed} step {step}");
        }

        void Add(FlowKey forward, FlowKey reverse)
        {
            FlowState state = random.Next(2) == 0 ? FlowState.SynSeen : FlowState.Unconfirmed;
            FlowPool pool = state == FlowState.SynSeen ? FlowPool.HalfOpen : FlowPool.Unconfirmed;
            if (!table.HasRoom(pool) || table.Find(forward, out _) >= 0 || table.Find(reverse, out _) >= 0)
                return;
            if (table.IsFull)
            {
                int giving = table.FirstToGiveWay();
                Assert.Equal(FlowPool.HoldDown, known[giving].Pool);
                table.Release(giving);
                known.Remove(giving);
            }
            known.Add(table.Add(forward, reverse, state, nowNs), new Known(forward, reverse, pool, false));
        }

        void Compare(string where)
        {
            foreach (FlowPool pool in Enum.GetValues<FlowPool>())
                Assert.True(table.Count(pool) == known.Values.Count(flow => flow.Pool == pool), $"{where}: {pool}");
            foreach ((int slot, Known flow) in known)
            {
                Assert.True(table.Find(flow.Reverse, out FlowSide side) == slot && side == FlowSide.Target, where);
                int found = table.Find(flow.Forward, out side);
                Assert.True(flow.Detached ? found != slot : found == slot && side == FlowSide.Client, where);
            }
            FlowKey stranger = Key(random, 1_000);
            if (!known.Values.Any(flow => (!flow.Detached && flow.Forward == stranger) || flow.Reverse == stranger))
                Assert.Equal(FlowTable.None, table.Find(stranger, out _));
        }
    }

    private static FlowQueueKind HoldDown(Random random) =>
        (FlowQueueKind)random.Next((int)FlowQueueKind.AfterReset, (int)FlowQueueKind.Lent);

    [Fact]
    public void Queues_come_due_in_the_order_in_which_the_waits_began()
    {
        var table = new FlowTable(10, 10, 1);
        var random = new Random(3);
        int[] slots = [.. Enumerable.Range(0, 10).Select(i => table.Add(
            new FlowKey((uint)i, 1, 1, 1, 6), new FlowKey((uint)i, 2, 1, 1, 6), FlowState.SynSeen, i))];
        table.Release(slots[4]);
        table.Advance(slots[0], FlowState.SynAckSeen, 100);
        Assert.Equal(FlowTable.None, table.FirstDue(FlowQueueKind.HalfOpen, FlowTimes.HalfOpen));
        var due = new List<int>();
        while (table.FirstDue(FlowQueueKind.HalfOpen, FlowTimes.HalfOpen + 99) is var slot and >= 0)
        {
            due.Add(slot);
            table.Hold(slot, FlowQueueKind.AfterClose, 99);
        }
        Assert.Equal([1, 2, 3, 5, 6, 7, 8, 9], due.Select(slot => Array.IndexOf(slots, slot)));
        Assert.Equal(slots[0], table.FirstDue(FlowQueueKind.HalfOpen, FlowTimes.HalfOpen + 100));
    }

    [Fact]
    public void A_look_up_that_misses_stays_short_after_a_million_changes()
    {
        var table = new FlowTable(1_000, 1_000, 1);
        var slots = new Queue<int>();
        for (uint i = 0; i < 1_000_000; i++)
        {
            if (slots.Count == 1_000)
                table.Release(slots.Dequeue());
            var forward = new FlowKey(i, 1, (ushort)i, 80, 6);
            slots.Enqueue(table.Add(forward, forward with { Destination = 2 }, FlowState.SynSeen, 0));
        }
        // Tombstones would by now fill the index, and this loop would never meet an empty place.
        for (uint i = 0; i < 100_000; i++)
            Assert.Equal(FlowTable.None, table.Find(new FlowKey(i, 3, 1, 1, 17), out _));
    }

    [Fact]
    public void The_hash_spreads_neighbouring_keys_evenly_and_by_seed()
    {
        var buckets = new int[1_024];
        int same = 0;
        for (uint i = 0; i < 102_400; i++)
        {
            var key = new FlowKey(0x0100_000a, 0x0a64_33c6, (ushort)i, 0x5000, 6) { Source = i >> 16 };
            buckets[FlowHash.Of(key, 1) >> 54]++;
            same += FlowHash.Of(key, 1) >> 54 == FlowHash.Of(key, 2) >> 54 ? 1 : 0;
        }
        // Chi-square with 1,023 degrees of freedom: 1,200 is passed by chance once in ten thousand.
        double chi = buckets.Sum(count => (count - 100.0) * (count - 100.0) / 100.0);
        Assert.InRange(chi, 800, 1_200);
        Assert.InRange(same, 20, 200);
    }
}
