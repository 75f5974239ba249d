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
    [InlineData("::/0", true)]
    [InlineData("fd00:18::/112", true)]
    [InlineData("fd00:18::1/112", false)]
    [InlineData("fd00:18::/129", false)]
    [InlineData("::ffff:10.0.0.0/104", false)]
    [InlineData("[fd00:18::]/112", false)]
    [InlineData("198.18.0.0/20/1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_prefix_is_read_in_its_canonical_form_only(string? text, bool allowed)
    {
        Assert.Equal(allowed, IpPrefix.TryParse(text, out IpPrefix prefix));
        if (allowed)
            Assert.Equal(text, prefix.ToString());
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_is_written_the_same() => Prop.ForAll<string>(text =>
    {
        if (Ip.TryParse(text, out Ip address) && address.IsIpv4)
            Assert.Equal(text, address.ToString());
        if (IpPrefix.TryParse(text, out IpPrefix prefix))
            Assert.Equal(text, prefix.ToString());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_address_and_prefix_come_back_as_they_were_written() => Prop.ForAll<uint, byte>((number, bits) =>
    {
        var ip = new Ip(number);
        Assert.True(Ip.TryParse(ip.ToString(), out Ip back));
        Assert.Equal(ip, back);
        int length = bits % 33;
        uint first = length == 0 ? 0 : number & (uint.MaxValue << (32 - length));
        var prefix = new IpPrefix(new Ip(first), length);
        Assert.True(IpPrefix.TryParse(prefix.ToString(), out IpPrefix read));
        Assert.Equal(prefix, read);
        Assert.True(prefix.Contains(ip));
        Assert.Equal(prefix, IpPrefix.FromNetwork(prefix.ToNetwork()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_blocks_of_a_zones_cells_are_disjoint_parts_of_its_pool()
    {
        for (int length = 8; length <= 30; length++)
        {
            var pool = new IpPrefix(new Ip(0x0A000000), length);
            List<IpPrefix> blocks = [];
            for (int ordinal = 0; ordinal < CellPools.DefaultCells; ordinal++)
            {
                var part = new CellPools(pool, new IpPrefix(new Ip(0x0B000000), 24), ordinal);
                for (int shard = 0; shard < part.ShardCount; shard++)
                {
                    Assert.Equal(shard, part.ShardOf(part.Block(shard).First));
                    Assert.Equal(shard, part.ShardOf(part.Block(shard).Last));
                    blocks.Add(part.Block(shard));
                }
            }

            Assert.All(blocks, block => Assert.True(pool.Contains(block.First) && pool.Contains(block.Last)));
            Assert.Equal(blocks.Count, blocks.Distinct().Count());
            int most = CellPools.DefaultCells * CellPools.MaxShards;
            int expected = length >= 26 ? 1 : Math.Min(1 << (26 - length), most);
            Assert.Equal(expected, blocks.Count);
        }
    }

    [Fact]
    public void Any_ipv6_address_and_prefix_come_back_as_they_were_written() =>
        Prop.ForAll<ulong, ulong, byte>((high, low, bits) =>
        {
            var ip = new Ip(new UInt128(high | 1, low));
            Assert.True(Ip.TryParse(ip.ToString(), out Ip back));
            Assert.Equal((ip, false), (back, back.IsIpv4));
            Assert.Equal(ip, Ip.From(ip.ToIPAddress()));
            int length = bits % 129;
            UInt128 mask = length == 0 ? 0 : UInt128.MaxValue << (128 - length);
            var prefix = new IpPrefix(new Ip(ip.Value & mask), length);
            if (prefix.First.IsIpv4)
                return;
            Assert.True(IpPrefix.TryParse(prefix.ToString(), out IpPrefix read));
            Assert.Equal(prefix, read);
            Assert.True(prefix.Contains(ip));
            Assert.Equal(prefix, IpPrefix.FromNetwork(prefix.ToNetwork()));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("fd00::1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("::1", false)]
    [InlineData("64:ff9b::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("febf::1", false)]
    [InlineData("fec0::1", true)]
    [InlineData("ff02::1", false)]
    public void A_host_has_an_address_of_its_own(string text, bool allowed)
    {
        Assert.True(Ip.TryParse(text, out Ip address));
        Assert.Equal(allowed, address.IsHost);
    }

    [Theory]
    [InlineData("fe80::1%lo")]
    [InlineData("[fd00::1]")]
    [InlineData("[fd00::1]:80")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fd00::1/128")]
    [InlineData("010.0.0.1")]
    public void What_is_more_or_less_than_an_address_is_refused(string text) => Assert.False(Ip.TryParse(text, out _));

    [Fact]
    public void Every_shard_has_an_ipv6_block_of_its_own_inside_the_pool()
    {
        for (int length = 8; length <= 30; length++)
        {
            var pool = new IpPrefix(new Ip(0x0A000000), length);
            int longest = CellPools.LongestIpv6Pool(pool);
            Assert.True(IpPrefix.TryParse($"fd00::/{longest}", out IpPrefix pool6));
            var ipv6 = new FamilyPools(pool6, pool6, pool6);
            List<IpPrefix> blocks = [];
            for (int ordinal = 0; ordinal < CellPools.DefaultCells; ordinal++)
            {
                var part = new CellPools(pool, new IpPrefix(new Ip(0x0B000000), 24), ordinal) { Ipv6 = ipv6 };
                blocks.AddRange(Enumerable.Range(0, part.ShardCount).Select(part.Ipv6Block));
            }

            Assert.All(blocks, block => Assert.True(pool6.Contains(block.First) && pool6.Contains(block.Last)));
            Assert.Equal(blocks.Count, blocks.Distinct().Count());
        }
    }

    [Fact]
    public void The_snat_parts_of_four_cells_are_the_four_quarters()
    {
        string[] parts = [.. Enumerable.Range(0, 4).Select(
            i => new CellPools(new IpPrefix(new Ip(0x0A000000), 20), new IpPrefix(new Ip(0xC612F000), 24), i)
                .Snat.ToString())];
        Assert.Equal(["198.18.240.0/26", "198.18.240.64/26", "198.18.240.128/26", "198.18.240.192/26"], parts);
    }

    [Fact]
    public void A_node_that_leaves_moves_only_the_shards_that_it_served()
    {
        int[] before = [.. Enumerable.Range(1, 12)];
        int[] after = [.. before.Where(node => node != 5)];
        for (int shard = 0; shard < 64; shard++)
        {
            IReadOnlyList<int> was = ShardNodes.Of("a1", shard, 4, before);
            IReadOnlyList<int> now = ShardNodes.Of("a1", shard, 4, after);
            Assert.Equal(4, now.Count);
            Assert.Subset(now.ToHashSet(), was.Where(node => node != 5).ToHashSet());
        }
    }

    [Fact]
    public void A_draining_node_stays_beside_a_successor_that_its_removal_leaves_in_place()
    {
        int[] nodes = [.. Enumerable.Range(1, 5)];
        HashSet<int> draining = [5];
        for (int shard = 0; shard < 64; shard++)
        {
            IReadOnlyList<int> was = ShardNodes.Of("a1", shard, 2, nodes);
            IReadOnlyList<int> now = ShardNodes.Of("a1", shard, 2, nodes, draining);
            IReadOnlyList<int> after = ShardNodes.Of("a1", shard, 2, [1, 2, 3, 4]);
            Assert.Equal(was.Contains(5) ? 3 : 2, now.Count);
            Assert.Subset(now.ToHashSet(), was.ToHashSet());
            Assert.Equal(after, now.Where(node => node != 5));
        }

        Assert.Equal(2, ShardNodes.Of("a1", 0, 2, nodes, nodes.ToHashSet()).Count);
    }

    [Fact]
    public void The_nodes_of_a_smaller_size_are_among_those_of_a_larger_one()
    {
        int[] nodes = [.. Enumerable.Range(1, 16)];
        for (int size = 1; size < 16; size++)
        {
            IReadOnlyList<int> few = ShardNodes.Of("a1", 7, size, nodes);
            Assert.Equal(size, few.Count);
            Assert.Subset(ShardNodes.Of("a1", 7, size + 1, nodes).ToHashSet(), few.ToHashSet());
        }
    }

    [Fact]
    public void Parts_of_sixteen_cells_are_a_sixteenth_each_and_share_nothing()
    {
        CellPools[] parts =
        [
            .. Enumerable.Range(0, 16).Select(i => new CellPools(
                new IpPrefix(new Ip(0x0A000000), 16), new IpPrefix(new Ip(0xC612F000), 24), i, 16)),
        ];
        Assert.All(parts, part => Assert.Equal((64, 28), (part.ShardCount, part.Snat.Length)));
        Assert.Equal(16 * 64, parts.SelectMany(part => Enumerable.Range(0, 64).Select(part.Block)).Distinct().Count());
        Assert.Equal(16, parts.Select(part => part.Snat).Distinct().Count());
        Assert.False(CellPools.IsRoom(3) || CellPools.IsRoom(0) || CellPools.IsRoom(128));
    }

    [Fact]
    public void Shards_spread_over_the_nodes()
    {
        int[] nodes = [.. Enumerable.Range(1, 8)];
        var counts = Enumerable.Range(0, 64).SelectMany(shard => ShardNodes.Of("a1", shard, 4, nodes))
            .CountBy(node => node).ToList();
        Assert.Equal(8, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value, 16, 48));
    }

    [Fact]
    public void The_order_for_a_key_never_changes() =>
        Assert.Equal([3, 1, 8, 2, 5, 4, 6, 7], Rendezvous.Order("a1/0", Enumerable.Range(1, 8)));
}
