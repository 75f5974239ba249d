using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Maglev;

namespace Hyperplane.Dataplane.Tests.Maglev;

public sealed class MaglevTableTests
{
    private static uint[] Ids(int count) => [.. Enumerable.Range(1, count).Select(i => (uint)i * 7)];

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];

    private static int[] Shares(MaglevTable table, int targets)
    {
        var shares = new int[targets];
        foreach (ushort target in table.Slots)
            shares[target]++;
        return shares;
    }

    /// <summary>The algorithm as the paper prints it, with this project's permutations: slow and plain.</summary>
    private static ushort[] Paper(uint[] ids, int size)
    {
        (uint Id, ushort Position)[] sorted = [.. ids.Select((id, i) => (id, (ushort)i)).OrderBy(pair => pair.id)];
        long[] next = new long[ids.Length];
        ushort[] entries = new ushort[size];
        Array.Fill(entries, ushort.MaxValue);
        for (int filled = 0; ;)
        {
            for (int i = 0; i < sorted.Length; i++)
            {
                long offset = (long)(FlowHash.Of(sorted[i].Id, 0x68797065726d6167) % (uint)size);
                long skip = (long)(FlowHash.Of(sorted[i].Id, 0x706c616e656c6576) % (uint)(size - 1)) + 1;
                long slot = (offset + (next[i] * skip)) % size;
                while (entries[slot] != ushort.MaxValue)
                    slot = (offset + (++next[i] * skip)) % size;
                entries[slot] = sorted[i].Position;
                next[i]++;
                if (++filled == size)
                    return entries;
            }
        }
    }

    [Theory]
    [InlineData(1, 251)]
    [InlineData(3, 251)]
    [InlineData(10, 4_093)]
    [InlineData(251, 251)]
    [InlineData(1_000, 65_537)]
    public void Equal_weights_give_exactly_the_table_of_the_paper(int targets, int size) =>
        Assert.Equal(Paper(Ids(targets), size), MaglevTable.Build(Ids(targets), Ones(targets), size).Slots.ToArray());

    [Theory]
    [InlineData(1, 251)]
    [InlineData(2, 251)]
    [InlineData(251, 251)]
    [InlineData(60, 4_093)]
    [InlineData(700, 65_537)]
    [InlineData(20_000, 65_537)]
    [InlineData(300, 655_373)]
    public void Weights_give_exactly_the_table_of_the_plain_loop_over_the_same_turns(int targets, int size)
    {
        var random = new Random(targets);
        uint[] ids = Ids(targets);
        int[] weights = [.. ids.Select(_ => random.Next(1, 1_000))];
        var entries = new ushort[size];
        Array.Fill(entries, ushort.MaxValue);
        long[] next = [.. ids.Select(id => (long)(FlowHash.Of(id, 0x68797065726d6167) % (uint)size))];
        foreach (ushort target in MaglevTurns.Order(weights, size))
        {
            long skip = (long)(FlowHash.Of(ids[target], 0x706c616e656c6576) % (uint)(size - 1)) + 1;
            while (entries[next[target]] != ushort.MaxValue)
                next[target] = (next[target] + skip) % size;
            entries[next[target]] = target;
        }
        Assert.Equal(entries, MaglevTable.Build(ids, weights, size).Slots.ToArray());
    }

    [Theory]
    [InlineData(3, 65_537)]
    [InlineData(7, 4_093)]
    [InlineData(1_000, 65_537)]
    [InlineData(1_000, 655_373)]
    public void Equal_weights_differ_by_at_most_one_slot(int targets, int size)
    {
        int[] shares = Shares(MaglevTable.Build(Ids(targets), Ones(targets), size), targets);
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
        Assert.Equal(size, shares.Sum());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_share_is_exact_to_within_one_slot(int seed)
    {
        var random = new Random(seed);
        int targets = random.Next(2, 400);
        int[] weights = [.. Enumerable.Range(0, targets).Select(_ => random.Next(1, 1_000))];
        int[] shares = Shares(MaglevTable.Build(Ids(targets), weights, 65_537), targets);
        double sum = weights.Sum();
        for (int i = 0; i < targets; i++)
            Assert.True(Math.Abs(shares[i] - (65_537 * weights[i] / sum)) < 1, $"seed {seed} target {i}");
    }

    [Fact]
    public void The_order_of_the_list_does_not_matter()
    {
        var random = new Random(5);
        uint[] ids = Ids(200);
        int[] weights = [.. ids.Select(id => 1 + (int)(id % 9))];
        MaglevTable table = MaglevTable.Build(ids, weights, 16_381);
        int[] order = [.. Enumerable.Range(0, ids.Length)];
        random.Shuffle(order);
        uint[] shuffledIds = [.. order.Select(i => ids[i])];
        int[] shuffledWeights = [.. order.Select(i => weights[i])];
        MaglevTable shuffled = MaglevTable.Build(shuffledIds, shuffledWeights, 16_381);
        for (int slot = 0; slot < table.Size; slot++)
            Assert.Equal(ids[table.Slots[slot]], shuffledIds[shuffled.Slots[slot]]);
    }

    [Theory]
    [InlineData(1_000, 65_537, 0.0075)]
    [InlineData(100, 65_537, 0.0075)]
    [InlineData(3, 65_537, 0.004)]
    public void Losing_one_target_moves_few_slots_of_the_others(int targets, int size, double limit)
    {
        uint[] ids = Ids(targets);
        ushort[] before = MaglevTable.Build(ids, Ones(targets), size).Slots.ToArray();
        var random = new Random(42);
        double worst = 0;
        for (int draw = 0; draw < 5; draw++)
        {
            int lost = random.Next(targets);
            uint[] left = [.. ids.Where((_, i) => i != lost)];
            ReadOnlySpan<ushort> after = MaglevTable.Build(left, Ones(targets - 1), size).Slots;
            int moved = 0;
            for (int slot = 0; slot < size; slot++)
                moved += before[slot] != lost && ids[before[slot]] != left[after[slot]] ? 1 : 0;
            worst = Math.Max(worst, (double)moved / size);
        }
        Assert.True(worst <= limit, $"{worst:P3} of the table moved without need");
    }

    [Fact]
    public void A_hash_selects_by_its_high_bits_over_the_whole_table()
    {
        MaglevTable table = MaglevTable.Build(Ids(5), Ones(5), 251);
        Assert.Equal(table.Slots[0], table.Select(0));
        Assert.Equal(table.Slots[250], table.Select(ulong.MaxValue));
    }

    [Fact]
    public void Tables_are_as_large_as_the_lightest_target_needs_and_no_larger_than_allowed()
    {
        Assert.Equal(4_093, MaglevSize.For(3, 1, 65_537));
        Assert.Equal(65_537, MaglevSize.For(400, 1, 65_537));
        Assert.Equal(65_537, MaglevSize.For(10_000, 1, 65_537));
        Assert.Equal(251, MaglevSize.For(3, 1, 251));
        foreach (int size in new[] { 251, 4_093, 16_381, 65_537, 131_071, 327_673, 655_373 })
            Assert.True(MaglevSize.IsAllowed(size), $"{size}");
        foreach (int size in new[] { 0, 241, 252, 65_536, 655_379 })
            Assert.False(MaglevSize.IsAllowed(size), $"{size}");
    }
}
