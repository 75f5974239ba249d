using Google.Protobuf;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Snapshots;

public sealed class DualSnapshotTests
{
    private static readonly Dictionary<string, (Action<Snapshot> Damage, string Reason)> Defects = new()
    {
        ["own prefix of length 129"] = (
            s => s.OwnPrefixes[2].Length = 129, "an own prefix has length 129, not 1 to 128"),
        ["own prefix with host bits"] = (
            s => s.OwnPrefixes[2].Length = 12, "an own prefix fd00:18::/12 has host bits set"),
        ["SNAT prefix elsewhere"] = (
            s => s.Ipv6SnatPrefix = Sample.Prefix("fd00:99::/120"),
            "the IPv6 SNAT prefix fd00:99::–fd00:99::ff lies in"),
        ["SNAT address outside"] = (
            s => s.Nodes[0].SnatAddresses[2] = Sample.Bytes("fd00:18::9"),
            "SNAT address fd00:18::9 lies outside the SNAT prefix"),
        ["node with an IPv6 address and no probe"] = (
            s => s.Nodes[1].Ipv6ProbeAddress = ByteString.Empty, "\"node-a2\": IPv6 probe address of 0 bytes"),
        ["node with IPv4 for IPv6"] = (
            s => s.Nodes[1].Ipv6Address = Sample.Bytes("10.9.9.9"), "IPv6 address 10.9.9.9 is no IPv6 address"),
        ["node with IPv6 for IPv4"] = (
            s => s.Nodes[1].Address = Sample.Bytes("fd00:10::9"), "address fd00:10::9 is no IPv4 address"),
        ["node of the link"] = (
            s => s.Nodes[1].Ipv6Address = Sample.Bytes("fe80::9"), "IPv6 address fe80::9 is no unicast address"),
        ["block in no own prefix"] = (
            s => s.Shards[1].Ipv6Block = Sample.Prefix("fd00:77::/122"), "the IPv6 block of shard 1, "),
        ["blocks overlap"] = (
            s => s.Shards[1].Ipv6Block = Sample.Prefix("fd00:18::/121"), "the blocks of shards 0 and 1 overlap"),
        ["block over SNAT"] = (
            s => s.Shards[1].Ipv6Block = Sample.Prefix("fd00:19::40/122"), "overlaps the SNAT prefix"),
        ["VIP outside its block"] = (
            s => s.Vips[^1].Address = Sample.Bytes("fd00:18::41"), "VIP fd00:18::41 lies outside the block of shard 0"),
        ["VIP of a shard without a block"] = (
            s => s.Shards[0].Ipv6Block = null, "VIP fd00:18::1 lies outside the block of shard 0"),
        ["multicast target"] = (
            s => s.TargetGroups[0].Targets[^1].Address = Sample.Bytes("ff02::1"), "ff02::1 is no unicast address"),
    };

    public static TheoryData<string> Names => [.. Defects.Keys];

    [Fact]
    public void A_snapshot_of_both_families_is_accepted() =>
        Assert.Null(SnapshotValidator.Read(Sample.Body(Sample.Dual()), Sample.Context()).Refusal);

    [Fact]
    public void A_node_without_ipv6_lives_with_those_that_have_it()
    {
        Snapshot snapshot = Sample.Dual();
        snapshot.Nodes[0].Ipv6Address = ByteString.Empty;
        snapshot.Nodes[0].Ipv6ProbeAddress = ByteString.Empty;
        snapshot.Nodes[0].SnatAddresses.RemoveAt(3);
        snapshot.Nodes[0].SnatAddresses.RemoveAt(2);
        Assert.Null(SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context()).Refusal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_defect_is_refused_with_its_reason(string name)
    {
        Snapshot snapshot = Sample.Dual();
        Defects[name].Damage(snapshot);
        SnapshotVerdict verdict = SnapshotValidator.Read(Sample.Body(snapshot), Sample.Context());
        Assert.Null(verdict.Snapshot);
        Assert.Contains(Defects[name].Reason, verdict.Refusal, StringComparison.Ordinal);
    }
}
