using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>What holds of every snapshot, whatever was asked for.</summary>
internal static class SnapshotInvariants
{
    public static void Check(Snapshot snapshot)
    {
        uint[] nodeIds = [.. snapshot.Nodes.Select(node => node.Id)];
        Distinct(nodeIds);
        Distinct(snapshot.Nodes.SelectMany(node => node.SnatAddresses.Append(node.ProbeAddress).Append(node.Address)));
        List<Prefix> snat = snapshot.Ipv6SnatPrefix is null
            ? [snapshot.SnatPrefix]
            : [snapshot.SnatPrefix, snapshot.Ipv6SnatPrefix];
        Assert.All(snapshot.Nodes.SelectMany(node => node.SnatAddresses), address =>
            Assert.Contains(snat, prefix => Prefix(prefix).Contains(Number(address))));
        Assert.Subset(snapshot.OwnPrefixes.ToHashSet(), snat.ToHashSet());
        CheckShards(snapshot, nodeIds);
        CheckVips(snapshot);
        Distinct(snapshot.TargetGroups.Select(group => group.Id));
        Distinct(snapshot.TargetGroups.SelectMany(group => group.Targets).Select(target => target.Id));
        HashSet<uint> withFar =
        [
            .. snapshot.TargetGroups.Where(group => group.Targets.Any(target => target.Far))
                .Select(group => group.Id),
        ];
        Assert.All(
            snapshot.Vips.SelectMany(vip => vip.Listeners).SelectMany(listener => listener.Groups),
            share => Assert.True(!share.NearFirst || withFar.Contains(share.TargetGroup)));
        Assert.All(snapshot.TargetGroups, group => Assert.NotNull(group.HealthCheck));
        Distinct(snapshot.Tombstones.Select(tombstone => tombstone.Address));
        Assert.Empty(snapshot.Tombstones.Select(
            tombstone => tombstone.Address).Intersect(snapshot.Vips.Select(vip => vip.Address)));
        Assert.All(snapshot.Tombstones, tombstone => Assert.InRange(tombstone.Version, 0UL, snapshot.Version));
        Assert.Equal(snapshot, Snapshot.Parser.ParseFrom(snapshot.ToByteArray()));
    }

    public static Ip Number(ByteString address)
    {
        Assert.True(address.Length is 4 or 16);
        return Ip.From(new System.Net.IPAddress(address.Span));
    }

    private static void CheckShards(Snapshot snapshot, uint[] nodeIds)
    {
        IpPrefix pool = Prefix(snapshot.OwnPrefixes[0]);
        Assert.Equal(Enumerable.Range(
            0, snapshot.Shards.Count).Select(i => (uint)i), snapshot.Shards.Select(shard => shard.Index));
        Assert.InRange(snapshot.Shards.Count, 1, 64);
        HashSet<uint> draining = [.. snapshot.Nodes.Where(node => node.Draining).Select(node => node.Id)];
        Distinct(snapshot.Shards.Select(shard => shard.Block));
        foreach (Shard shard in snapshot.Shards)
        {
            Distinct(shard.NodeIds);
            Assert.Equal(
                snapshot.Shards[0].NodeIds.Count(id => !draining.Contains(id)),
                shard.NodeIds.Count(id => !draining.Contains(id)));
            Assert.Equal(nodeIds.Length > 0, shard.NodeIds.Count > 0);
            Assert.Subset(nodeIds.ToHashSet(), shard.NodeIds.ToHashSet());
            Assert.True(pool.Contains(Prefix(shard.Block).First) && pool.Contains(Prefix(shard.Block).Last));
        }
    }

    private static void CheckVips(Snapshot snapshot)
    {
        HashSet<uint> groups = [.. snapshot.TargetGroups.Select(group => group.Id)];
        Distinct(snapshot.Vips.Select(vip => vip.Id));
        Distinct(snapshot.Vips.Select(vip => vip.Address));
        Distinct(snapshot.Vips.SelectMany(vip => vip.Listeners).Select(listener => listener.Id));
        foreach (Vip vip in snapshot.Vips)
        {
            Shard shard = snapshot.Shards.Single(candidate => candidate.Index == vip.Shard);
            Ip address = Number(vip.Address);
            Assert.Contains(snapshot.OwnPrefixes, prefix => Prefix(prefix).Contains(address));
            Prefix block = address.IsIpv4 ? shard.Block : shard.Ipv6Block;
            Assert.NotEqual(vip.AnnounceAlone, Prefix(block).Contains(address));
            Distinct(vip.Listeners.Select(listener => (listener.Protocol, listener.Port)));
            Assert.All(vip.Listeners, listener => Assert.Contains(listener.TargetGroup, groups));
            Assert.All(vip.Listeners, listener => Assert.NotEqual(Protocol.Unspecified, listener.Protocol));
        }
    }

    private static IpPrefix Prefix(Prefix prefix) => new(Number(prefix.Address), (int)prefix.Length);

    private static void Distinct<T>(IEnumerable<T> items)
    {
        List<T> all = [.. items];
        Assert.Equal(all.Count, all.Distinct().Count());
    }
}
