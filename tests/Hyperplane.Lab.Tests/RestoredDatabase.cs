using System.Diagnostics;
using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>The region's database is replaced by a copy that knows less than its nodes serve.</summary>
public sealed class RestoredDatabase(LabFixture lab)
{
    private const string Target = "10.30.0.101";
    private const string Database = "hyperplane";
    private const int Connections = 40;
    private static readonly string[] Controls = ["api", "controller"];
    private static readonly string[] Routers = ["router-a", "router-b"];

    [Fact]
    public async Task An_old_copy_withdraws_no_VIP_and_what_it_does_not_know_is_served_until_an_operators_word()
    {
        Region region = lab.Region;
        using Tenancy known = await Tenancy.Create(region, "known", "TCP", 7, 7, 10, Target);
        await Snapshots.UntilDone(region);
        string copy = Path.Combine(region.Folder, "state/run/old.dump");
        Postgres(region, "pg_dump", "-Fc", "-f", copy, Database);

        using Tenancy lost = await Tenancy.Create(region, "lost", "TCP", 7, 7, 10, Target);
        string[] vips = [.. known.Vips, .. lost.Vips];
        Process[] held = [.. vips.Select(vip => Traffic.Hold(region, vip, 7, Connections))];
        Process[] routes = [.. Routers.Select(router => region.Start(router, "ip", "-4", "monitor", "route"))];
        foreach (string process in Controls)
            region.Lab("stop", process);
        try
        {
            Postgres(region, "dropdb", Database);
            Postgres(region, "createdb", Database);
            Postgres(region, "pg_restore", "-d", Database, copy);
        }
        finally
        {
            foreach (string process in Controls)
                region.Lab("start", process);
        }

        await Region.Until("the API answers", () => region.TryLbctl("nlb", "list").ExitCode == 0);

        foreach ((string cell, string vip) in Snapshots.Cells.Zip(lost.Vips))
            await Region.Until($"{cell} keeps {vip}", () => Kept(region, cell).SequenceEqual([vip]));
        await Snapshots.UntilDone(region);
        Assert.Equal(3, region.TryLbctl("nlb", "get", lost.Name).ExitCode);
        Assert.All(vips, vip => Assert.True(Traffic.Connects(region, vip, 7)));
        // The old copy holds the addresses of the lost one for free, and nobody gets them.
        using (Tenancy next = await Tenancy.Create(region, "next", "TCP", 7, 7, 10, Target))
        {
            Assert.All(next.Vips, vip => Assert.True(Traffic.Connects(region, vip, 7)));
            Assert.Empty(next.Vips.Intersect(vips));
        }

        foreach (Process router in routes)
            Assert.DoesNotContain("198.18.", Ended(router), StringComparison.Ordinal);
        foreach (Process connections in held)
        {
            JsonElement result = Traffic.Release(connections);
            Assert.Empty(result.GetProperty("broken").EnumerateArray());
            Assert.True(result.GetProperty("echoed").GetInt32() > Connections * 10);
        }

        foreach (string cell in Snapshots.Cells)
            region.Operator("admin", "snapshot", "allow-removals", cell);
        await Region.Until(
            "the lost one is gone", () => !lost.Vips.Any(vip => Traffic.Connects(region, vip, 7)));
        await Snapshots.UntilDone(region);
        Assert.All(Snapshots.Cells, cell => Assert.Empty(Kept(region, cell)));
        Assert.All(known.Vips, vip => Assert.True(Traffic.Connects(region, vip, 7)));
    }

    private static string[] Kept(Region region, string cell) =>
        [.. Snapshots.Of(region, cell).GetProperty("keptVips").EnumerateArray().Select(vip => vip.GetString()!)];

    private static string Ended(Process router)
    {
        router.Kill(entireProcessTree: true);
        return Command.Finish(router, TimeSpan.FromSeconds(5)).Output;
    }

    /// <summary>One of PostgreSQL's programs on the region's own server.</summary>
    private static void Postgres(Region region, string program, params string[] words) => Command.Run(
        program, ["-h", Path.Combine(region.Folder, "state/run/pg"), "-U", "hyperplane", .. words]);
}
