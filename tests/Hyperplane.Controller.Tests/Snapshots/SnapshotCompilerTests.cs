using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Snapshots;
using TargetGroup = Hyperplane.Cells.Contracts.TargetGroup;

namespace Hyperplane.Controller.Tests.Snapshots;

public sealed class SnapshotCompilerTests
{
    [Fact]
    public void Any_cell_compiles_to_a_snapshot_that_holds_together() => Prop.ForAll<int>(seed =>
    {
        CellDesired desired = GeneratedCell.Of(seed);
        Snapshot snapshot = SnapshotCompiler.Compile(desired).ToSnapshot();
        SnapshotCompiler.Stamp(snapshot, desired, new CellMarks(0, null, 0, null), 9);
        SnapshotInvariants.Check(snapshot);
        Assert.All(
            SnapshotCompiler.Compile(desired).Groups,
            group => Assert.Equal(group.Data, TargetGroup.Parser.ParseFrom(group.Data).ToByteArray()));
        Assert.Equal(desired.Vips.Count, snapshot.Vips.Count);
        Assert.Equal(
            desired.Groups.Sum(group => group.Targets.Length),
            snapshot.TargetGroups.Sum(group => group.Targets.Count));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_wishes_give_equal_bytes_in_whatever_order_they_are_read() =>
        Prop.ForAll<int, int>((seed, order) =>
    {
        CellDesired desired = GeneratedCell.Of(seed);
        CellDesired shuffled = GeneratedCell.Shuffled(desired, order);
        Snapshot one = SnapshotCompiler.Compile(desired).ToSnapshot();
        Snapshot other = SnapshotCompiler.Compile(shuffled).ToSnapshot();
        Assert.Equal(one.ToByteArray(), other.ToByteArray());
        SnapshotCompiler.Stamp(one, desired, new CellMarks(0, null, 0, null), 5);
        SnapshotCompiler.Stamp(other, shuffled, new CellMarks(0, null, 0, null), 5);
        Assert.Equal(one.ToByteArray(), other.ToByteArray());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_member_of_a_wish_reaches_the_message()
    {
        var pools = new CellPools(new IpPrefix(new Ip(0xC6120000), 20), new IpPrefix(new Ip(0xC612F000), 24), 1);
        var desired = new CellDesired(
            "a",
            "a2",
            pools,
            [new DesiredNode(
                7, "n1", new Ip(0x0A000001), [new Ip(0xC612F041), new Ip(0xC612F040)], new Ip(0xC612F101), true)],
            [new DesiredVip(3, "lb-x", new Ip(0xC6120401), 0, AnnounceAlone: false)
            {
                Tenant = 12,
                Limits = new TenantLimits
                {
                    NewFlowsPerSecond = 40, NewFlowsPerSecondPerAddress = 30, NewFlowsPerSecondPerSource = 20,
                },
            }],
            [new DesiredListener(4, "lb-x", TransportProtocol.Udp, 53, [5], [1], 120)
            {
                Allowed = [new IpPrefix(new Ip(0xC0000200), 24)],
                Denied = [new IpPrefix(new Ip(new UInt128(0x2001_0db8_0000_0000, 0)), 32)],
            }],
            [new DesiredGroup(
                5, "tg-y", new HealthCheckConfig(HealthCheckProtocol.Http, 81, "/up", 5, 2, 3, 4, "204"))
            {
                Targets =
                [
                    new DesiredTarget(6, new Ip(0x0A000102), 5353, 9, Draining: true) { Ends = true, Zone = "b" },
                ],
            }],
            [new DesiredTombstone(new Ip(0xC6120402), 2), new DesiredTombstone(new Ip(0xC6120403), null)])
        {
            TunnelSources = [new IpPrefix(new Ip(0xAC1E0000), 24)],
        };

        Snapshot snapshot = SnapshotCompiler.Compile(desired).ToSnapshot();
        SnapshotCompiler.Stamp(snapshot, desired, new CellMarks(0, null, 0, null), 8);

        Snapshot wanted = Snapshot.Parser.ParseJson(
            """
            {"version":"8","zone":"a","cell":"a2",
             "nodes":[{"id":7,"name":"n1","address":"CgAAAQ==","snatAddresses":["xhLwQA==","xhLwQQ=="],
                       "probeAddress":"xhLxAQ==","draining":true}],
             "ownPrefixes":[{"address":"xhIAAA==","length":20},{"address":"xhLwQA==","length":26},
                            {"address":"rB4AAA==","length":24}],
             "tunnelSourcePrefixes":[{"address":"rB4AAA==","length":24}],
             "snatPrefix":{"address":"xhLwQA==","length":26},
             "vips":[{"id":3,"loadBalancer":"lb-x","address":"xhIEAQ==",
                      "newFlows":{"tenant":12,"perTenant":40,"perVip":30,"perSource":20},
                      "listeners":[{"id":4,"protocol":"UDP","port":53,"targetGroup":5,"idleTimeoutMs":120000,
                                    "groups":[{"targetGroup":5,"weight":1,"nearFirst":true}],
                                    "allowed":[{"address":"wAACAA==","length":24}],
                                    "denied":[{"address":"IAENuAAAAAAAAAAAAAAAAA==","length":32}]}]}],
             "targetGroups":[{"id":5,"name":"tg-y",
               "healthCheck":{"kind":"KIND_HTTP","port":81,"path":"/up","intervalMs":5000,"timeoutMs":2000,
                              "healthyThreshold":3,"unhealthyThreshold":4,"codeMin":204,"codeMax":204},
               "targets":[{"id":6,"address":"CgABAg==","port":5353,"weight":9,"draining":true,"ends":true,
                           "far":true}]}],
             "tombstones":[{"address":"xhIEAg==","version":"2"},{"address":"xhIEAw==","version":"8"}]}
            """);
        Assert.Equal(16, snapshot.Shards.Count);
        Assert.Equal(
            Shard.Parser.ParseJson(
                """{"index":15,"block":{"address":"xhIHwA==","length":26},"nodeIds":[7]}"""), snapshot.Shards[15]);
        snapshot.Shards.Clear();
        Assert.Equal(wanted, snapshot);
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(true, null, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void Near_targets_are_wanted_first_where_cross_zone_is_off_for_the_group_or_else_the_load_balancer(
        bool ofLoadBalancer, bool? ofGroup, bool wanted)
    {
        var health = new HealthCheckConfig(HealthCheckProtocol.Tcp, null, null, 30, 10, 5, 2, null);
        CellDesired desired = GeneratedCell.Of(1) with
        {
            Vips = [new DesiredVip(1, "lb-x", new Ip(1), 0, true), new DesiredVip(2, "lb-y", new Ip(2), 0, true)],
            Listeners =
            [
                new DesiredListener(4, "lb-x", TransportProtocol.TcpUdp, 80, [1], [0], 350)
                {
                    CrossZone = ofLoadBalancer,
                },
                new DesiredListener(8, "lb-y", TransportProtocol.Tcp, 80, [1, 2], [3, 0], 350)
                {
                    CrossZone = !ofLoadBalancer,
                },
            ],
            Groups =
            [
                new DesiredGroup(1, "tg-1", health)
                {
                    Settings = new() { CrossZone = ofGroup },
                    Targets =
                    [
                        new DesiredTarget(1, new Ip(0x0A000001), 80, 1, Draining: false) { Zone = "a" },
                        new DesiredTarget(2, new Ip(0x0A000002), 80, 1, Draining: false) { Zone = "b" },
                    ],
                },
                new DesiredGroup(2, "tg-2", health)
                {
                    Settings = new() { CrossZone = ofGroup },
                    Targets = [new DesiredTarget(3, new Ip(0x0A000003), 80, 1, Draining: false)],
                },
            ],
        };
        Snapshot snapshot = SnapshotCompiler.Compile(desired).ToSnapshot();

        // One group: said only where it is wanted, with the weight that it has alone.
        GroupShare[] one = wanted ? [new GroupShare { TargetGroup = 1, Weight = 1, NearFirst = true }] : [];
        Assert.All(snapshot.Vips[0].Listeners, listener => Assert.Equal(one, listener.Groups));
        Assert.Equal(2, snapshot.Vips[0].Listeners.Count);
        // The second group has no far target.
        Assert.Equal(
            [
                new GroupShare { TargetGroup = 1, Weight = 3, NearFirst = !(ofGroup ?? !ofLoadBalancer) },
                new GroupShare { TargetGroup = 2, Weight = 0 },
            ],
            snapshot.Vips[1].Listeners[0].Groups);
    }

    [Fact]
    public void The_pieces_of_a_large_snapshot_are_the_whole_and_none_is_too_large()
    {
        var snapshot = new Snapshot { Version = 3, Zone = "a", Cell = "a1" };
        for (uint i = 1; i <= 120_000; i++)
            snapshot.Vips.Add(
                new Vip { Id = i, LoadBalancer = $"lb-{i:x17}", Address = ByteString.CopyFrom(1, 2, 3, 4) });
        var compiled = new CompiledSnapshot(snapshot, snapshot.ToByteArray(), turn: 0);

        SnapshotChunk[] chunks = [.. compiled.Chunks()];

        Assert.InRange(chunks.Length, 3, 10);
        Assert.All(chunks, chunk => Assert.InRange(chunk.Data.Length, 1, 1024 * 1024));
        Assert.All(chunks, chunk => Assert.Equal(
            (3UL, compiled.Hash, (uint)compiled.TotalBytes), (chunk.Version, chunk.Hash, chunk.TotalBytes)));
        Assert.Equal(snapshot, Snapshot.Parser.ParseFrom(chunks.SelectMany(chunk => chunk.Data).ToArray()));
    }
}
