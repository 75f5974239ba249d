using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Snapshots;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>A cell made up from a seed: any size of pool, any number of nodes and load balancers.</summary>
internal static class GeneratedCell
{
    public static CellDesired Of(int seed)
    {
        var random = new Random(seed);
        int length = random.Next(15, 31);
        var pool = new IpPrefix(new Ip(0xC6120000), length);
        var snat = new IpPrefix(new Ip(0xC6340000), random.Next(17, 22));
        int room = 1 << random.Next(0, 4);
        int ordinal = length > 22 ? 0 : random.Next(0, room);
        bool isDual = random.Next(2) == 0;
        var pools = new CellPools(pool, snat, ordinal, room) { Ipv6 = isDual ? Ipv6 : null };
        DesiredGroup[] groups = [.. Enumerable.Range(1, random.Next(1, 8)).Select(i => Group(random, (uint)i, isDual))];
        List<DesiredVip> vips = Vips(random, pools);
        uint listener = 0;
        return new CellDesired(
            "a",
            "a1",
            pools,
            [.. Enumerable.Range(0, random.Next(0, 17)).Select(i => Node(random, pools, i))],
            vips,
            [.. vips.DistinctBy(vip => vip.LoadBalancer).SelectMany(
                vip => Enumerable.Range(1, random.Next(0, 4)).Select(port => new DesiredListener(
                listener += 4, vip.LoadBalancer, (TransportProtocol)random.Next(3), port,
                [(uint)random.Next(1, groups.Length + 1)], [1], 350)
                {
                    Denied = [.. Enumerable.Range(0, random.Next(4)).Select(
                        i => i == 0 ? new IpPrefix(V6(1, 0), 64) : new IpPrefix(new Ip((uint)i << 24), 8))],
                    CrossZone = random.Next(2) == 0,
                }))],
            groups,
            [.. Tombstones(random, pools, vips)])
        {
            ShardSize = random.Next(1, 17),
        };
    }

    /// <summary>The same wishes, read in another order.</summary>
    public static CellDesired Shuffled(CellDesired cell, int seed)
    {
        var random = new Random(seed);
        return cell with
        {
            Nodes = Shuffle(random, cell.Nodes),
            Vips = Shuffle(random, cell.Vips),
            Listeners = Shuffle(random, cell.Listeners),
            Groups =
            [
                .. Shuffle(random, cell.Groups)
                    .Select(group => group with { Targets = Shuffle(random, group.Targets) }),
            ],
            Tombstones = Shuffle(random, cell.Tombstones),
        };
    }

    private static DesiredNode Node(Random random, CellPools pools, int i) => new(
        i + 1,
        $"n{i}",
        new Ip(0xAC100001 + (uint)i),
        [.. Enumerable.Range(
            0, 4).Select(k => new Ip(
                pools.Snat.First.Value + ((uint)((i * 4) + k) % (uint)pools.Snat.Count))).Distinct()],
        new Ip(0xC6380001 + (uint)i),
        random.Next(4) == 0)
    {
        Ipv6Address = pools.Ipv6 is null ? null : V6(0x10, i),
        Ipv6ProbeAddress = pools.Ipv6 is null ? null : V6(0x20, i),
    };

    private static readonly FamilyPools Ipv6 = new(
        new IpPrefix(V6(0x18, 0), 100), new IpPrefix(V6(0x19, 0), 100), new IpPrefix(V6(0x20, 0), 100));

    private static readonly string?[] Zones = [null, "a", "b"];

    private static Ip V6(uint subnet, int host) => new(new UInt128(0xfd00_0000_0000_0000 + subnet, (ulong)host));

    private static List<DesiredVip> Vips(Random random, CellPools pools)
    {
        var vips = new List<DesiredVip>();
        var taken = new HashSet<Ip>();
        for (uint id = 1; id <= random.Next(0, 60); id++)
        {
            var address = new Ip(pools.VipPool.First.Value + (uint)random.NextInt64(pools.VipPool.Count));
            int shard = pools.ShardOf(address);
            if (!taken.Add(address))
                continue;
            int served = shard < 0 ? random.Next(pools.ShardCount) : shard;
            vips.Add(new DesiredVip(id, $"lb-{id}", address, served, shard < 0));
            var ipv6 = pools.Ipv6 is null
                ? default
                : new Ip(pools.Ipv6Block(served).First.Value + (uint)random.Next(64));
            if (pools.Ipv6 is not null && taken.Add(ipv6))
                vips.Add(new DesiredVip(1_000 + id, $"lb-{id}", ipv6, served, AnnounceAlone: false));
        }

        return vips;
    }

    private static IEnumerable<DesiredTombstone> Tombstones(Random random, CellPools pools, List<DesiredVip> vips)
    {
        HashSet<Ip> taken = [.. vips.Select(vip => vip.Address)];
        for (int i = 0; i < random.Next(0, 10); i++)
        {
            var address = new Ip(pools.VipPool.First.Value + (uint)random.NextInt64(pools.VipPool.Count));
            if (taken.Add(address))
                yield return new DesiredTombstone(address, random.Next(2) == 0 ? null : (ulong)random.Next(1, 5));
        }
    }

    private static DesiredGroup Group(Random random, uint number, bool isDual) => new(
        number,
        $"tg-{number}",
        random.Next(2) == 0
            ? new HealthCheckConfig(HealthCheckProtocol.Tcp, null, null, 30, 10, 5, 2, null)
            : new HealthCheckConfig(HealthCheckProtocol.Http, 80, "/up", 5, 2, 2, 2, "200-299"))
    {
        Targets =
        [
            .. Enumerable.Range(0, random.Next(0, 20)).Select(i => new DesiredTarget(
                (number * 100) + (uint)i, isDual && i % 2 == 0 ? V6(0x40, i) : new Ip(0x0A000001 + (uint)i), 8080,
                random.Next(0, 1_000), random.Next(5) == 0)
            {
                Zone = Zones[random.Next(Zones.Length)],
            }),
        ],
    };

    private static T[] Shuffle<T>(Random random, IReadOnlyList<T> items)
    {
        T[] copy = [.. items];
        random.Shuffle(copy);
        return copy;
    }
}
