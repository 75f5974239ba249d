using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>How changes reach the nodes, what an operator's pin holds, and what nodes refuse.</summary>
public sealed class Rollouts(LabFixture lab)
{
    private const string Target = "10.30.0.101";
    private const string CellA = "cell-a";
    private const int Connections = 40;

    [Fact]
    public async Task A_change_goes_from_node_to_node_a_pin_holds_and_a_roll_back_serves_as_before()
    {
        Region region = lab.Region;
        using Tenancy echo = await Tenancy.Create(region, "rolled", "TCP", 7, 7, 10, Target);
        await Snapshots.UntilDone(region);
        long[] before = [.. Snapshots.Cells.Select(cell => Snapshots.Wanted(region, cell))];
        region.Lbctl("listener", "modify", "TCP:7", "--nlb", echo.Name, "--idle-timeout", "600");
        await Snapshots.UntilDone(region);
        AssertOneAfterTheOther(
            [.. Snapshots.Cells.Zip(before).SelectMany(one => Taken(region, one.First, one.Second))]);
        JsonElement diff = Snapshots.Json(region, "admin", "snapshot", "diff", CellA, "--from", Text(before[0]));
        Assert.Equal(Snapshots.Wanted(region, CellA), diff.GetProperty("to").GetInt64());
        JsonElement change = Assert.Single(diff.GetProperty("changes").EnumerateArray());
        Assert.Equal(
            ("listener", "changed"),
            (change.GetProperty("part").GetString(), change.GetProperty("change").GetString()));

        // Whatever tenants write, a pinned cell stays; the other one follows them.
        using var unpinned = new UnpinnedAfterwards(region);
        long version = Snapshots.Wanted(region, CellA);
        Operate("pin", Text(version));
        await Snapshots.UntilDone(region);
        await Region.Until("the tenant is told", () => region.LbctlJson("nlb", "get", echo.Name).GetProperty("status")
            .GetProperty("conditions").EnumerateArray()
            .Any(condition => condition.GetProperty("type").GetString() == "SnapshotPinned"));
        long[] pinned = Snapshots.Running(region, CellA);
        using Process held = Traffic.Hold(region, echo.VipA, 7, Connections);
        region.Lbctl("nlb", "delete", echo.Name, "--cascade", "--no-wait");
        await Region.Until("zone b serves it no more", () => !Traffic.Connects(region, echo.VipB, 7));
        await Snapshots.UntilDone(region);
        Assert.Equal(pinned, Snapshots.Running(region, CellA));
        Assert.Equal(version, Snapshots.Of(region, CellA).GetProperty("pinnedVersion").GetInt64());
        Assert.True(Traffic.Connects(region, echo.VipA, 7));
        AssertSound(held);

        Operate("unpin");
        await Region.Until("zone a follows", () => !Traffic.Connects(region, echo.VipA, 7));
        await Snapshots.UntilDone(region);

        Operate("rollback");
        await Region.Until("zone a serves as before", () => Traffic.Connects(region, echo.VipA, 7));
        Operate("unpin");
        await Region.Until("zone a follows again", () => !Traffic.Connects(region, echo.VipA, 7));
        await Snapshots.UntilDone(region);

        void Operate(string verb, params string[] words) =>
            region.Operator(["admin", "snapshot", verb, CellA, .. words]);
    }

    [Fact]
    public async Task A_snapshot_without_a_fifth_of_the_VIPs_stops_at_the_first_node_until_an_operators_word()
    {
        Region region = lab.Region;
        await Snapshots.UntilDone(region);
        long without = Snapshots.Wanted(region, CellA);
        using Tenancy echo = await Tenancy.Create(region, "guarded", "TCP", 7, 7, 10, Target);
        Tenancy[] others = [.. Enumerable.Range(1, 5).Select(n => Tenancy.Open(region, $"guarded-{n}", "a"))];
        await Snapshots.UntilDone(region);
        long[] before = Snapshots.Running(region, CellA);
        using Process held = Traffic.Hold(region, echo.VipA, 7, Connections);
        using var unpinned = new UnpinnedAfterwards(region);

        region.Operator("admin", "snapshot", "pin", CellA, Text(without));
        await Region.Until("it is halted", () => Snapshots.State(region, CellA) == "halted");
        JsonElement newest = Snapshots.List(region, CellA)[0];
        JsonElement refusal = Assert.Single(newest.GetProperty("refusedBy").EnumerateArray());
        Assert.Equal("node-a1", refusal.GetProperty("node").GetString());
        Assert.Contains("VIPs are gone without a tombstone", refusal.GetProperty("reason").GetString()!,
            StringComparison.Ordinal);
        Assert.Equal(before, Snapshots.Running(region, CellA));
        Assert.True(Traffic.Connects(region, echo.VipA, 7));
        AssertSound(held);

        region.Operator("admin", "snapshot", "allow-removals", CellA);
        await Region.Until("the nodes follow", () => !Traffic.Connects(region, echo.VipA, 7));
        region.Operator("admin", "snapshot", "unpin", CellA);
        await Region.Until("it is served again", () => Traffic.Connects(region, echo.VipA, 7));
        foreach (Tenancy other in others)
            other.Dispose();
        await Snapshots.UntilDone(region);
    }

    /// <summary>Since the first of them.</summary>
    private static void AssertOneAfterTheOther(IReadOnlyList<(string Node, TimeOnly At)> taken)
    {
        // A difference of times of a day is never negative: one that came before the first would be a day late.
        List<(string Node, TimeSpan After)> after = [.. taken.Select(one => (one.Node, one.At - taken[0].At))];
        Assert.Equal(["node-a1", "node-a2", "node-a3", "node-b1", "node-b2", "node-b3"], after.Select(one => one.Node));
        Assert.Equal(after.OrderBy(one => one.After), after);
        Assert.InRange(after[^1].After, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    /// <summary>When the nodes of a cell took the last version that was no mere addition, as their logs say.</summary>
    private static IEnumerable<(string Node, TimeOnly At)> Taken(Region region, string cell, long before)
    {
        long version = Snapshots.List(region, cell)
            .First(one => !one.GetProperty("additive").GetBoolean()).GetProperty("version").GetInt64();
        Assert.True(version > before);
        foreach (int n in Enumerable.Range(1, 3))
        {
            string node = $"node-{cell[^1]}{n}";
            // 12:34:56.789 info: Hyperplane.Agent[3001] snapshot 42 runs (from the controller)
            yield return (node, File.ReadLines(Path.Combine(region.Folder, $"state/log/{node}.log"))
                .Select(line => line.Split(' '))
                .Where(words => words is [_, _, _, "snapshot", _, "runs", ..]
                    && long.Parse(words[4], CultureInfo.InvariantCulture) >= version)
                .Select(words => TimeOnly.ParseExact(words[0], "HH:mm:ss.fff", CultureInfo.InvariantCulture))
                .First());
        }
    }

    private static void AssertSound(Process held)
    {
        JsonElement result = Traffic.Release(held);
        Assert.Empty(result.GetProperty("broken").EnumerateArray());
        Assert.True(result.GetProperty("echoed").GetInt32() > Connections);
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whatever the test came to: a cell that stays pinned would fail the tests after it.</summary>
    private sealed class UnpinnedAfterwards(Region region) : IDisposable
    {
        public void Dispose() => region.Operator("admin", "snapshot", "unpin", CellA);
    }
}
