using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Snapshots;

namespace Hyperplane.Controller.Tests.Snapshots;

/// <summary>What is a mere addition, and how differences read.</summary>
public sealed class SnapshotDiffTests
{
    public static TheoryData<string, bool> Changes => new()
    {
        { "nothing", true },
        { "version", true },
        { "vip added", true },
        { "listener added", true },
        { "group added", true },
        { "target added", true },
        { "node added", true },
        { "node drains", true },
        { "tombstone added", true },
        { "vip removed", false },
        { "vip's limits", false },
        { "vip's shard", false },
        { "listener removed", false },
        { "listener's group", false },
        { "listener denies", false },
        { "group's check", false },
        { "target removed", false },
        { "target drains", false },
        { "target's weight", false },
        { "prefix", false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Only_what_leaves_every_vip_as_it_is_goes_to_all_nodes_at_once(string change, bool isGentle)
    {
        Snapshot after = Sample();
        Apply(after, change);
        Assert.Equal(isGentle, SnapshotDiff.Of(Sample(), after).IsGentle);
    }

    [Fact]
    public void A_field_that_is_not_known_here_counts_as_a_change_of_what_has_it()
    {
        byte[] known = Sample().Vips[0].ToByteArray();
        Snapshot after = Sample();
        after.Vips[0] = Vip.Parser.ParseFrom([.. known, 0x98, 0x06, 0x01]);
        Assert.False(SnapshotDiff.Of(Sample(), after).IsGentle);
    }

    [Fact]
    public void Differences_are_named_and_counted()
    {
        Snapshot after = Sample();
        Apply(after, "listener added");
        Apply(after, "target removed");
        Apply(after, "group added");
        var diff = SnapshotDiff.Of(Sample(), after);
        Assert.Equal(
            [
                new SnapshotChange(SnapshotPart.Listener, SnapshotChangeKind.Added, "Tcp 443 at 198.18.0.1 of lb-1"),
                new SnapshotChange(SnapshotPart.Target, SnapshotChangeKind.Removed, "10.0.0.1 80 of tg-1"),
                new SnapshotChange(SnapshotPart.TargetGroup, SnapshotChangeKind.Added, "tg-2"),
            ],
            diff.Lines);
        Assert.Equal(
            [
                new SnapshotChangeCount(SnapshotPart.Listener, 1, 0, 0),
                new SnapshotChangeCount(SnapshotPart.TargetGroup, 1, 0, 0),
                new SnapshotChangeCount(SnapshotPart.Target, 0, 1, 0),
            ],
            diff.ListCounts());
    }

    [Fact]
    public void However_much_differs_the_lines_are_bounded_and_the_counts_are_not()
    {
        Snapshot after = Sample();
        for (uint i = 10; i < 3_010; i++)
            after.Vips.Add(NewVip(i));
        var diff = SnapshotDiff.Of(Sample(), after);
        Assert.Equal((SnapshotDiff.MostLines, 3_000), (diff.Lines.Count, diff.ListCounts()[0].Added));
    }

    private static void Apply(Snapshot snapshot, string change)
    {
        Vip vip = snapshot.Vips[0];
        TargetGroup group = snapshot.TargetGroups[0];
        Action act = change switch
        {
            "version" => () => (snapshot.Version, snapshot.KeepVips, snapshot.RemovalsVersion) = (9, true, 9),
            "vip added" => () => snapshot.Vips.Add(NewVip(7)),
            "listener added" => () => vip.Listeners.Add(new Listener { Id = 5, Protocol = Protocol.Tcp, Port = 443 }),
            "group added" => () => snapshot.TargetGroups.Add(new TargetGroup { Id = 2, Name = "tg-2" }),
            "target added" => () => group.Targets.Add(NewTarget(2)),
            "node added" => () =>
            {
                snapshot.Nodes.Add(new Node { Id = 2, Name = "n2" });
                snapshot.Shards[0].NodeIds.Add(2);
            },
            "node drains" => () => snapshot.Nodes[0].Draining = true,
            "tombstone added" => () => snapshot.Tombstones.Add(new Tombstone { Version = 3 }),
            "vip removed" => () => snapshot.Vips.Clear(),
            "vip's limits" => () => vip.NewFlows = new NewFlowLimits { Tenant = 1 },
            "vip's shard" => () => vip.Shard = 1,
            "listener removed" => () => vip.Listeners.Clear(),
            "listener's group" => () => vip.Listeners[0].TargetGroup = 2,
            "listener denies" => () => vip.Listeners[0].Denied.Add(new Prefix { Length = 8 }),
            "group's check" => () => group.HealthCheck = new HealthCheck { Port = 9 },
            "target removed" => () => group.Targets.Clear(),
            "target drains" => () => group.Targets[0].Draining = true,
            "target's weight" => () => group.Targets[0].Weight = 0,
            "prefix" => () => snapshot.OwnPrefixes.Clear(),
            _ => () => { },
        };
        act();
    }

    private static Snapshot Sample()
    {
        var snapshot = new Snapshot { Version = 1, Zone = "a", Cell = "a1", SnatPrefix = new Prefix { Length = 24 } };
        snapshot.OwnPrefixes.Add(new Prefix { Length = 20 });
        snapshot.Nodes.Add(new Node { Id = 1, Name = "n1" });
        var shard = new Shard { Block = new Prefix { Length = 26 } };
        shard.NodeIds.Add(1);
        snapshot.Shards.Add(shard);
        Vip vip = NewVip(1);
        vip.Listeners.Add(new Listener { Id = 1, Protocol = Protocol.Tcp, Port = 80, TargetGroup = 1 });
        snapshot.Vips.Add(vip);
        var group = new TargetGroup { Id = 1, Name = "tg-1" };
        group.Targets.Add(NewTarget(1));
        snapshot.TargetGroups.Add(group);
        return snapshot;
    }

    private static Vip NewVip(uint id) =>
        new() { Id = id, LoadBalancer = $"lb-{id}", Address = ByteString.CopyFrom(198, 18, (byte)(id >> 8), (byte)id) };

    private static Target NewTarget(uint id) =>
        new() { Id = id, Address = ByteString.CopyFrom(10, 0, 0, (byte)id), Port = 80, Weight = 1 };
}
