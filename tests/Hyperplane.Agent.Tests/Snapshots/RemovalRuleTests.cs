using Hyperplane.Agent.Snapshots;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Snapshots;

/// <summary>The node of the sample serves the VIPs of shard 0: those that are asked for, and one announced
/// alone.</summary>
public sealed class RemovalRuleTests
{
    [Theory]
    [InlineData(24, 5, false)]
    [InlineData(23, 5, true)]
    [InlineData(4, 4, false)]
    [InlineData(5, 5, true)]
    [InlineData(49, 10, false)]
    [InlineData(49, 11, true)]
    public void More_than_a_fifth_and_at_least_five_are_too_many(int before, int removed, bool refused)
    {
        string? refusal = Judge(Sample.Snapshot(7, before), Without(Sample.Snapshot(8, before), removed));
        string reason = $"{removed} of this node's {before + 1} VIPs are gone without a tombstone, more than 20 %";
        Assert.Equal(refused ? reason : null, refusal);
    }

    [Fact]
    public void Tombstones_newer_than_what_runs_excuse()
    {
        Snapshot after = Without(Sample.Snapshot(8, 20), 20);
        AddTombstones(after, 20, version: 8);
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
    }

    [Fact]
    public void Tombstones_of_an_earlier_life_do_not_excuse()
    {
        Snapshot after = Without(Sample.Snapshot(8, 20), 20);
        AddTombstones(after, 20, version: 7);
        Assert.Contains("20 of this node's 21 VIPs", Judge(Sample.Snapshot(7, 20), after), StringComparison.Ordinal);
    }

    [Fact]
    public void Tombstones_for_some_leave_the_others_counted()
    {
        Snapshot after = Without(Sample.Snapshot(8, 20), 20);
        AddTombstones(after, 15, version: 8);
        Assert.Contains("5 of this node's 21 VIPs", Judge(Sample.Snapshot(7, 20), after), StringComparison.Ordinal);
        AddTombstones(after, 16, version: 8);
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
    }

    [Fact]
    public void Vips_that_other_nodes_serve_now_are_not_lost()
    {
        Snapshot after = Sample.Snapshot(8, 20);
        after.Shards[0].NodeIds.Remove(1);
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
    }

    [Fact]
    public void Vips_that_this_node_never_served_do_not_count()
    {
        Snapshot before = Sample.Snapshot(7, 20);
        before.Shards[0].NodeIds.Remove(1);
        Assert.Null(Judge(before, Without(Sample.Snapshot(8, 20), 20)));
    }

    [Fact]
    public void Without_anything_running_nothing_can_be_lost() =>
        Assert.Null(SnapshotValidator.Read(Sample.Body(Sample.Snapshot(8, 0)), Sample.Context()).Refusal);

    private static string? Judge(Snapshot running, Snapshot offered) =>
        SnapshotValidator.Read(Sample.Body(offered), Sample.Context(running, running.Version)).Refusal;

    private static Snapshot Without(Snapshot snapshot, int removed)
    {
        for (int i = 0; i < removed; i++)
            snapshot.Vips.RemoveAt(0);
        return snapshot;
    }

    private static void AddTombstones(Snapshot snapshot, int count, ulong version)
    {
        for (int i = 1; i <= count; i++)
            snapshot.Tombstones.Add(new Tombstone { Address = Sample.Bytes($"198.18.0.{i}"), Version = version });
    }
}
