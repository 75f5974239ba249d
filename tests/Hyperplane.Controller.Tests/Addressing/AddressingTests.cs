using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Tests.Addressing;

public sealed class AddressingTests
{
    [Theory]
    [InlineData("198.18.0.0/20", true)]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("255.255.255.255/32", true)]
    [InlineData("198.18.0.1/20", false)]
    [InlineData("198.18.0.0/33", false)]
    [InlineData("198.18.0.0/-1", false)]
    [InlineData("198.18.0.0/020", false)]
    [InlineData("198.18.0.0", false)]
    [InlineData("198.18.0/16", false)]
    [InlineData("198.18.0.00/20", false)]
    [InlineData("::/0", false)]
    [InlineData("198.18.0.0/20/1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_prefix_is_read_in_its_canonical_form_only(string? text, bool allowed)
    {
        Assert.Equal(allowed, Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix));
        if (allowed)
            Assert.Equal(text, prefix.ToString());
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_is_written_the_same() => Prop.ForAll<string>(text =>
    {
        if (Ipv4.TryParse(text, out uint address))
            Assert.Equal(text, Ipv4.Format(address));
        if (Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix))
            Assert.Equal(text, prefix.ToString());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_address_and_prefix_come_back_as_they_were_written() => Prop.ForAll<uint, byte>((number, bits) =>
    {
        Assert.True(Ipv4.TryParse(Ipv4.Format(number), out uint back));
        Assert.Equal(number, back);
        int length = bits % 33;
        uint first = length == 0 ? 0 : number & (uint.MaxValue << (32 - length));
        var prefix = new Ipv4Prefix(first, length);
        Assert.True(Ipv4Prefix.TryParse(prefix.ToString(), out Ipv4Prefix read));
        Assert.Equal(prefix, read);
        Assert.True(prefix.Contains(number));
        Assert.Equal(prefix, Ipv4Prefix.FromNetwork(prefix.ToNetwork()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_blocks_of_a_zones_cells_are_disjoint_parts_of_its_pool()
    {
        for (int length = 8; length <= 30; length++)
        {
            var pool = new Ipv4Prefix(0x0A000000, length);
            List<Ipv4Prefix> blocks = [];
            for (int ordinal = 0; ordinal < CellPools.MaxCells; ordinal++)
            {
                var part = new CellPools(pool, new Ipv4Prefix(0x0B000000, 24), ordinal);
                for (int shard = 0; shard < part.ShardCount; shard++)
                {
                    Assert.Equal(shard, part.ShardOf(part.Block(shard).First));
                    Assert.Equal(shard, part.ShardOf(part.Block(shard).Last));
                    blocks.Add(part.Block(shard));
                }
            }

            Assert.All(blocks, block => Assert.True(pool.Contains(block.First) && pool.Contains(block.Last)));
            Assert.Equal(blocks.Count, blocks.Distinct().Count());
            int expected = length >= 26 ? 1 : Math.Min(1 << (26 - length), CellPools.MaxCells * CellPools.MaxShards);
            Assert.Equal(expected, blocks.Count);
        }
    }

    [Fact]
    public void The_snat_parts_of_four_cells_are_the_four_quarters()
    {
        string[] parts = [.. Enumerable.Range(0, 4).Select(
            i => new CellPools(new Ipv4Prefix(0x0A000000, 20), new Ipv4Prefix(0xC612F000, 24), i).Snat.ToString())];
        Assert.Equal(["198.18.240.0/26", "198.18.240.64/26", "198.18.240.128/26", "198.18.240.192/26"], parts);
    }

    [Fact]
    public void A_node_that_leaves_moves_only_the_shards_that_it_served()
    {
        int[] before = [.. Enumerable.Range(1, 12)];
        int[] after = [.. before.Where(node => node != 5)];
        for (int shard = 0; shard < 64; shard++)
        {
            IReadOnlyList<int> was = ShardNodes.Of("a1", shard, before);
            IReadOnlyList<int> now = ShardNodes.Of("a1", shard, after);
            Assert.Equal(4, now.Count);
            Assert.Subset(now.ToHashSet(), was.Where(node => node != 5).ToHashSet());
        }
    }

    [Fact]
    public void Shards_spread_over_the_nodes()
    {
        int[] nodes = [.. Enumerable.Range(1, 8)];
        var counts = Enumerable.Range(0, 64).SelectMany(shard => ShardNodes.Of("a1", shard, nodes))
            .CountBy(node => node).ToList();
        Assert.Equal(8, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value, 16, 48));
    }

    [Fact]
    public void The_order_for_a_key_never_changes() =>
        Assert.Equal([3, 1, 8, 2, 5, 4, 6, 7], Rendezvous.Order("a1/0", Enumerable.Range(1, 8)));
}
