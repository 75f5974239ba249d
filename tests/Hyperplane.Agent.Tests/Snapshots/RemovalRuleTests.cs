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

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void An_operators_word_excuses_what_is_gone_since_an_older_version(ulong removals, bool isExcused)
    {
        Snapshot after = Without(Sample.Snapshot(8, 20), 20);
        after.RemovalsVersion = removals;
        Assert.Equal(isExcused, Judge(Sample.Snapshot(7, 20), after) is null);
    }

    [Fact]
    public void Of_a_store_that_fell_behind_one_lost_vip_is_too_many()
    {
        Snapshot after = Without(Sample.Snapshot(8, 20), 1);
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
        after.KeepVips = true;
        SnapshotVerdict verdict = Verdict(Sample.Snapshot(7, 20), after);
        Assert.Equal(
            "1 VIPs that run are gone without a tombstone from a store that fell behind", verdict.Refusal);
        Assert.Equal(Sample.Snapshot(7, 20).Vips[0], Assert.Single(verdict.Lost));

        AddTombstones(after, 1, version: 8);
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
        after.Tombstones.Clear();
        after.RemovalsVersion = 8;
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
    }

    [Fact]
    public void Of_a_store_that_fell_behind_an_address_of_somebody_else_is_a_lost_one()
    {
        Snapshot after = Sample.Snapshot(8, 20);
        after.KeepVips = true;
        Assert.Null(Judge(Sample.Snapshot(7, 20), after));
        after.Vips[3].LoadBalancer = "lb-other";
        Assert.Equal(Sample.Snapshot(7, 20).Vips[3], Assert.Single(Verdict(Sample.Snapshot(7, 20), after).Lost));
    }

    [Fact]
    public void What_is_kept_is_told_with_its_groups_and_no_more_than_an_ask_can_carry()
    {
        Snapshot running = Sample.Snapshot(7, 3);
        KeptVips kept = KeptVips.Of([running.Vips[0], running.Vips[1]], running);
        Assert.Equal([running.Vips[0], running.Vips[1]], kept.Vips);
        Assert.Equal(running.TargetGroups[0], Assert.Single(kept.Groups));
        Vip large = running.Vips[2].Clone();
        large.LoadBalancer = new string('x', KeptVips.MostBytes);
        Assert.Equal([running.Vips[0]], KeptVips.Of([running.Vips[0], large, running.Vips[1]], running).Vips);
        Assert.Equal([large], KeptVips.Of([large, running.Vips[1]], running).Vips);
    }

    private static SnapshotVerdict Verdict(Snapshot running, Snapshot offered) =>
        SnapshotValidator.Read(Sample.Body(offered), Sample.Context(running, running.Version));

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
