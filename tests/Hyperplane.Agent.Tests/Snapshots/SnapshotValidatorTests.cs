using Google.Protobuf;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Snapshots;

public sealed class SnapshotValidatorTests
{
    [Fact]
    public void An_elastic_ip_of_a_pool_apart_is_accepted_when_its_pool_is_an_own_prefix()
    {
        Snapshot snapshot = Sample.Snapshot();
        Vip elastic = Sample.Vip(777, "203.0.113.9", 0);
        elastic.AnnounceAlone = true;
        snapshot.Vips.Add(elastic);
        Assert.Equal("VIP 203.0.113.9 lies in no own prefix", Refusal());

        snapshot.OwnPrefixes.Add(Sample.Prefix("203.0.113.0/24"));
        Assert.Null(Refusal());
        elastic.AnnounceAlone = false;
        Assert.Contains("lies outside the block of shard 0", Refusal(), StringComparison.Ordinal);

        string? Refusal() => SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context()).Refusal;
    }

    public static TheoryData<string, string> BadSnapshots => [.. Rules.Keys.Select(k => (k, Rules[k].Reason))];

    private static Dictionary<string, (Action<Snapshot> Spoil, string Reason)> Rules { get; } =
        new(StringComparer.Ordinal)
    {
        ["version 0"] = (s => s.Version = 0, "version 0"),
        ["other cell"] = (s => s.Cell = "cell-b", "it is for cell \"cell-b\", not \"cell-a\""),
        ["no zone"] = (s => s.Zone = "", "the zone's name has 0 characters"),
        ["no own prefixes"] = (s => s.OwnPrefixes.Clear(), "0 own prefixes"),
        ["own prefix of 5 bytes"] = (
            s => s.OwnPrefixes[0].Address = ByteString.CopyFrom(1, 2, 3, 4, 5),
            "an own prefix has an address of 5 bytes, not 4"),
        ["own prefix of length 33"] = (s => s.OwnPrefixes[0].Length = 33, "an own prefix has length 33, not 1 to 32"),
        ["own prefix of length 0"] = (s => s.OwnPrefixes[0].Length = 0, "an own prefix has length 0, not 1 to 32"),
        ["own prefix with host bits"] = (
            s => s.OwnPrefixes[0] = Sample.Prefix("198.18.0.1/16"),
            "an own prefix 198.18.0.1/16 has host bits set"),
        ["own prefix over a router"] = (
            s => s.OwnPrefixes.Add(Sample.Prefix("10.10.1.0/29")),
            "the BGP peer 10.10.1.1 lies in an own prefix"),
        ["own prefix over a node"] = (
            s => s.OwnPrefixes.Add(Sample.Prefix("10.10.1.12/32")),
            "node \"node-a2\": address 10.10.1.12 lies in an own prefix"),
        ["own prefix over a probe"] = (
            s => s.OwnPrefixes.Add(Sample.Prefix("10.33.1.0/24")),
            "node \"node-a1\": probe address 10.33.1.1 lies in an own prefix"),
        ["no SNAT prefix"] = (s => s.SnatPrefix = null, "the SNAT prefix is missing"),
        ["SNAT prefix elsewhere"] = (s => s.SnatPrefix = Sample.Prefix("10.99.0.0/24"), "lies in no own prefix"),
        ["this node absent"] = (s => s.Nodes.RemoveAt(0), "this node, \"node-a1\", is not among its 2 nodes"),
        ["node id 0"] = (s => s.Nodes[1].Id = 0, "node \"node-a2\" has id 0, not 1 to 65535"),
        ["node id 65536"] = (s => s.Nodes[1].Id = 65_536, "node \"node-a2\" has id 65536, not 1 to 65535"),
        ["node id twice"] = (s => s.Nodes[1].Id = 3, "node id 3 appears twice"),
        ["node name twice"] = (s => s.Nodes[1].Name = "node-a3", "the name is empty, too long or appears twice"),
        ["node address twice"] = (
            s => s.Nodes[1].Address = s.Nodes[2].Address,
            "address 10.10.1.12 appears twice|address 10.10.1.13 appears twice"),
        ["node address of 3 bytes"] = (
            s => s.Nodes[1].Address = ByteString.CopyFrom(1, 2, 3),
            "node \"node-a2\": address of 3 bytes, not 4"),
        ["node address multicast"] = (
            s => s.Nodes[1].Address = Sample.Bytes("224.0.0.5"),
            "address 224.0.0.5 is no unicast address"),
        ["probe address missing"] = (
            s => s.Nodes[0].ProbeAddress = ByteString.Empty,
            "node \"node-a1\": probe address of 0 bytes, not 4"),
        ["SNAT address outside"] = (
            s => s.Nodes[0].SnatAddresses[0] = Sample.Bytes("198.18.9.9"),
            "SNAT address 198.18.9.9 lies outside the SNAT prefix"),
        ["SNAT address twice"] = (
            s => s.Nodes[1].SnatAddresses[0] = s.Nodes[0].SnatAddresses[0],
            "SNAT address 10.32.1.5 appears twice"),
        ["no SNAT address"] = (s => s.Nodes[0].SnatAddresses.Clear(), "this node has no SNAT address"),
        ["too many SNAT addresses"] = (
            s => s.Nodes[1]
                .SnatAddresses.AddRange(Enumerable.Range(0, 20).Select(i => Sample.Bytes($"10.32.1.{100 + i}"))),
            "has 22 SNAT addresses, more than 16"),
        ["too many nodes"] = (
            s => s.Nodes.AddRange(Enumerable.Range(0, 80).Select(_ => new Node())),
            "83 nodes, more than 64"),
        ["shard twice"] = (s => s.Shards[1].Index = 0, "shard 0 appears twice"),
        ["shard without block"] = (s => s.Shards[1].Block = null, "the block of shard 1 is missing"),
        ["shard blocks overlap"] = (
            s => s.Shards[1].Block = Sample.Prefix("198.18.0.0/25"),
            "the blocks of shards 0 and 1 overlap"),
        ["shard block elsewhere"] = (s => s.Shards[1].Block = Sample.Prefix("203.0.113.0/26"), "lies in no own prefix"),
        ["shard block over SNAT"] = (
            s => s.Shards[1].Block = Sample.Prefix("10.32.1.64/26"),
            "overlaps the SNAT prefix"),
        ["shard names unknown node"] = (s => s.Shards[1].NodeIds.Add(9), "shard 1 names node 9, which does not exist"),
        ["shard names node twice"] = (s => s.Shards[1].NodeIds.Add(2), "shard 1 names a node twice"),
        ["too many shards"] = (
            s => s.Shards.AddRange(Enumerable.Range(0, 70).Select(_ => new Shard())),
            "72 shards, more than 64"),
        ["tunnel sources elsewhere"] = (
            s => s.TunnelSourcePrefixes.Add(Sample.Prefix("172.30.0.0/24")),
            "a prefix of tunnel sources 172.30.0.0–172.30.0.255 lies in no own prefix"),
        ["tunnel sources twice"] = (
            s => s.TunnelSourcePrefixes.AddRange([Sample.Prefix("198.18.99.0/24"), Sample.Prefix("198.18.98.0/24")]),
            "two prefixes of tunnel sources are of one address family"),
        ["tunnel sources over SNAT"] = (
            s => s.TunnelSourcePrefixes.Add(Sample.Prefix("10.32.1.0/25")),
            "overlap the SNAT prefix"),
        ["VIP id twice"] = (s => s.Vips[1].Id = 1, "VIP id 1 appears twice"),
        ["VIP id 0"] = (s => s.Vips[1].Id = 0, "VIP id 0 is not allowed"),
        ["limits of no tenant"] = (
            s => s.Vips[1].NewFlows = new NewFlowLimits { PerVip = 1 },
            "VIP 2 has limits of new flows for no tenant"),
        ["VIP address twice"] = (s => s.Vips[1].Address = s.Vips[0].Address, "VIP 198.18.0.1 appears twice"),
        ["VIP of 16 bytes"] = (
            s => s.Vips[1].Address = Sample.Bytes("2001:db8::1"),
            "VIP 2001:db8::1 lies in no own prefix"),
        ["IPv4 VIP in the form of IPv6"] = (
            s => s.Vips[1].Address = Sample.Bytes("::ffff:198.18.0.2"),
            "VIP 2 has an address of 16 bytes, not 4 or 16"),
        ["VIP in no own prefix"] = (
            s => s.Vips[1].Address = Sample.Bytes("203.0.113.1"),
            "VIP 203.0.113.1 lies in no own prefix"),
        ["VIP in the SNAT prefix"] = (
            s => s.Vips[1].Address = Sample.Bytes("10.32.1.77"),
            "VIP 10.32.1.77 lies in the SNAT prefix"),
        ["VIP of unknown shard"] = (
            s => s.Vips[1].Shard = 5,
            "VIP 198.18.0.2 belongs to shard 5, which does not exist"),
        ["VIP outside its block"] = (s => s.Vips[1].Shard = 1, "VIP 198.18.0.2 lies outside the block of shard 1"),
        ["VIP without load balancer"] = (
            s => s.Vips[1].LoadBalancer = "",
            "VIP 2: the load balancer's name has 0 characters"),
        ["listener id twice"] = (s => s.Vips[1].Listeners[0].Id = 11, "listener id 11 appears twice"),
        ["listener port 0"] = (s => s.Vips[1].Listeners[0].Port = 0, "listener 21 has port 0, not 1 to 65535"),
        ["listener port 65536"] = (
            s => s.Vips[1].Listeners[0].Port = 65_536,
            "listener 21 has port 65536, not 1 to 65535"),
        ["listener protocol 1"] = (
            s => s.Vips[1].Listeners[0].Protocol = (Protocol)1,
            "listener 21 has protocol 1, not 6 or 17"),
        ["listener of unknown group"] = (
            s => s.Vips[1].Listeners[0].TargetGroup = 77,
            "listener 21 names target group 77, which does not exist"),
        ["listener never idle"] = (
            s => s.Vips[1].Listeners[0].IdleTimeoutMs = 0,
            "listener 21 has an idle timeout of 0 ms"),
        ["two listeners on a port"] = (
            s => s.Vips[1].Listeners.Add(Sample.Listener(99, 80, 1)),
            "VIP 2 has two listeners on Tcp 80"),
        ["too many listeners"] = (
            s => s.Vips[1].Listeners.AddRange(Enumerable.Range(0, 1_001).Select(_ => new Listener())),
            "VIP 2 has 1002 listeners, more than 1000"),
        ["a source with host bits"] = (
            s => s.Vips[1].Listeners[0].Allowed.Add(new Prefix { Address = Sample.Bytes("192.0.2.1"), Length = 24 }),
            "listener 21: a prefix of sources 192.0.2.1/24 has host bits set"),
        ["a source of 33 bits"] = (
            s => s.Vips[1].Listeners[0].Denied.Add(new Prefix { Address = Sample.Bytes("192.0.2.0"), Length = 33 }),
            "listener 21: a prefix of sources has length 33, not 0 to 32"),
        ["a source of no address"] = (
            s => s.Vips[1].Listeners[0].Denied.Add(new Prefix()),
            "listener 21: a prefix of sources has an address of 0 bytes, not 4 or 16"),
        ["too many sources"] = (
            s => s.Vips[1].Listeners[0].Allowed.AddRange(Enumerable.Repeat(Sample.Prefix("192.0.2.0/24"), 65)),
            "listener 21 has 65 prefixes in a list of sources, more than 64"),
        ["group twice"] = (s => s.TargetGroups[1].Id = 1, "target group 1 appears twice"),
        ["group without name"] = (s => s.TargetGroups[1].Name = "", "target group 2: the name has 0 characters"),
        ["group without check"] = (s => s.TargetGroups[1].HealthCheck = null, "target group 2: no health check"),
        ["check of unknown kind"] = (
            s => s.TargetGroups[1].HealthCheck.Kind = (HealthCheck.Types.Kind)7,
            "health check of kind 7, not 0, 1 or 2"),
        ["check on port 65536"] = (s => s.TargetGroups[1].HealthCheck.Port = 65_536, "health check on port 65536"),
        ["check all the time"] = (
            s => s.TargetGroups[1].HealthCheck.IntervalMs = 1,
            "target group 2: health check: the interval must be 100 ms to 300 s"),
        ["check without time"] = (
            s => s.TargetGroups[1].HealthCheck.TimeoutMs = 0,
            "health check: the timeout must be 50 ms to 120 s"),
        ["check without threshold"] = (
            s => s.TargetGroups[1].HealthCheck.HealthyThreshold = 0,
            "health check: the thresholds must be 1 to 100"),
        ["check smuggles a header"] = (
            s => s.TargetGroups[1].HealthCheck.Path = "/ HTTP/1.1\r\nX: y",
            "health check: the path must start with /"),
        ["check with codes the wrong way"] = (
            s => s.TargetGroups[1].HealthCheck.CodeMin = 500,
            "health check: the status codes must be a range within 200 to 599"),
        ["target twice"] = (s => s.TargetGroups[0].Targets[1].Id = 11, "target group 1: target id 11 appears twice"),
        ["target of 6 bytes"] = (
            s => s.TargetGroups[0].Targets[1].Address = ByteString.CopyFrom(1, 2, 3, 4, 5, 6),
            "target 12 has an address of 6 bytes, not 4"),
        ["target loopback"] = (
            s => s.TargetGroups[0].Targets[1].Address = Sample.Bytes("127.0.0.1"),
            "target 12: 127.0.0.1 is no unicast address"),
        ["target port 0"] = (s => s.TargetGroups[0].Targets[1].Port = 0, "target 12 has port 0, not 1 to 65535"),
        ["target port 65536"] = (
            s => s.TargetGroups[0].Targets[1].Port = 65_536,
            "target 12 has port 65536, not 1 to 65535"),
        ["healthy percent 101"] = (
            s => s.TargetGroups[0].MinHealthyPercent = 101, "wants 101 % of its targets healthy, more than 100"),
        ["healthy count 10001"] = (
            s => s.TargetGroups[0].MinHealthyCount = 10_001, "wants 10001 healthy targets, more than 10000"),
        ["target weight 1000"] = (
            s => s.TargetGroups[0].Targets[1].Weight = 1_000,
            "target 12 has weight 1000, not 0 to 999"),
        ["too many targets"] = (
            s => s.TargetGroups[0].Targets.AddRange(Enumerable.Range(0, 10_000).Select(_ => new Target())),
            "target group 1 has 10003 targets, more than 10000"),
        ["tombstone of 2 bytes"] = (
            s => s.Tombstones.Add(new Tombstone { Address = ByteString.CopyFrom(1, 2), Version = 1 }),
            "a tombstone with an address of 2 bytes, not 4"),
        ["tombstone of the future"] = (
            s => s.Tombstones.Add(new Tombstone { Address = Sample.Bytes("198.18.0.9"), Version = 8 }),
            "the tombstone of 198.18.0.9 has version 8, not 1 to 7"),
    };

    [Fact]
    public void A_valid_snapshot_is_accepted_unchanged()
    {
        Snapshot snapshot = Sample.Snapshot();
        SnapshotVerdict verdict = SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context());
        Assert.Null(verdict.Refusal);
        Assert.Equal(snapshot, verdict.Snapshot);
    }

    [Theory]
    [MemberData(nameof(BadSnapshots))]
    public void Each_rule_refuses_with_its_reason(string rule, string reasons)
    {
        Snapshot snapshot = Sample.Snapshot();
        Rules[rule].Spoil(snapshot);
        SnapshotVerdict verdict = SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context());
        Assert.Null(verdict.Snapshot);
        Assert.Contains(reasons.Split('|'), r => verdict.Refusal!.Contains(r, StringComparison.Ordinal));
    }

    [Fact]
    public void A_version_below_the_fence_is_refused_and_one_at_the_fence_is_not()
    {
        SnapshotBody body = Sample.Body(Sample.Snapshot(version: 7));
        Assert.Contains("version 7 is older than 8", SnapshotValidator.Read(body, Sample.Context(highest: 8))
            .Refusal, StringComparison.Ordinal);
        Assert.Null(SnapshotValidator.Read(body, Sample.Context(highest: 7)).Refusal);
    }

    [Fact]
    public void A_version_other_than_the_announced_one_is_refused()
    {
        SnapshotBody body = Sample.Body(Sample.Snapshot(version: 7)) with { Version = 9 };
        Assert.Contains("version 7 came as version 9", SnapshotValidator.Read(body, Sample.Context())
            .Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reasons_are_bounded_however_bad_the_snapshot_is()
    {
        Snapshot snapshot = Sample.Snapshot(vips: 60);
        foreach (Vip vip in snapshot.Vips)
            vip.Listeners[0].Port = 0;
        string refusal = SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context()).Refusal!;
        Assert.EndsWith("; and 54 more", refusal, StringComparison.Ordinal);
        Assert.True(refusal.Length < 1_000);
    }

    [Fact]
    public void A_foreign_name_is_quoted_short_and_printable()
    {
        Snapshot snapshot = Sample.Snapshot();
        snapshot.Cell = "\u001b[31m" + new string('x', 1_000);
        string refusal = SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context()).Refusal!;
        Assert.DoesNotContain('\u001b', refusal);
        Assert.True(refusal.Length < 200);
    }
}
