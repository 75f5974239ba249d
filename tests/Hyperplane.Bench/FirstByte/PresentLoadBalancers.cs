using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hyperplane.Bench.Control;
using Hyperplane.Lab;

namespace Hyperplane.Bench.FirstByte;

/// <summary>Load balancers that a lab region has before another one comes.</summary>
/// <remarks>
/// Written past the API, the controller stopped meanwhile. A cell takes 3,968; so they are spread evenly over the lab's
/// two cells and one of a third zone, without nodes: the controller compiles all, the database has all, a node carries
/// a third. Each has one target, in turn one of the lab's own, checked every 300 s: it is well, and checks are few.
/// </remarks>
internal static class PresentLoadBalancers
{
    /// <summary>As many as leave nine addresses of each shard free.</summary>
    public const int Most = 3 * ShardsPerCell * (AddressesPerShard - 9);

    private const int ShardsPerCell = 64;
    private const int AddressesPerShard = 62;
    private const int PerTenant = 100;
    private const int LabTargets = 4;

    private static readonly string[] ServedCells = ["cell-a", "cell-b"];

    /// <summary>Writes them and waits until each node runs them; gives how long the nodes took, in
    /// milliseconds.</summary>
    public static async Task<double> AddAsync(Region region, int count)
    {
        region.Operator(
            "zone", "put", "c", "--vip-pool", "198.18.32.0/20", "--snat-pool", "198.19.32.0/24",
            "--probe-pool", "198.19.33.0/24", "--max-cells", "1");
        region.Operator("cell", "put", "cell-c", "--zone", "c");
        await UntilTaken(region);
        region.Lab("stop", "controller");
        foreach (string sql in Statements(count))
            Query(region, sql);
        long began = Stopwatch.GetTimestamp();
        region.Lab("start", "controller");
        await Region.Until("each node announces the shards of all", () => Served(region, count), 180);
        await UntilTaken(region);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>The most memory that an agent had, in MB.</summary>
    public static double AgentMegabytes(Region region)
    {
        string process = File.ReadAllText(Path.Combine(region.Folder, "state/run/node-a1.pid")).Split(' ')[0];
        string line = File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1.024 / 1_000;
    }

    /// <summary>Addresses of zone a: of the first one and of the last.</summary>
    public static IReadOnlyList<string> Ends(Region region) => Query(
        region,
        """
        (select host(address) from load_balancer_zones where zone = 'a' and load_balancer_id like 'lb-0000%'
         order by load_balancer_id limit 1) union all
        (select host(address) from load_balancer_zones where zone = 'a' and load_balancer_id like 'lb-0000%'
         order by load_balancer_id desc limit 1)
        """).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Statements(int count)
    {
        string number = count.ToString(CultureInfo.InvariantCulture);
        yield return
            $"""
            insert into tenants (id, name, created_at)
            select 'tn-' || lpad(to_hex(n), 17, '0'), 'tenant-' || n, now()
            from generate_series(0, ({number} - 1) / {PerTenant}) n
            """;
        // Addresses of load balancers that were measured before and are gone rest.
        yield return
            $"""
            create table synthetic as
            select n, lpad(to_hex(n), 17, '0') as hex, 'tn-' || lpad(to_hex(n / {PerTenant}), 17, '0') as tenant,
                   zone, cell, shard, prefix, address
            from (select c.name as cell, c.zone, shard, c.base + (shard * 64 + position) as address,
                         set_masklen(c.base + (shard * 64), 26)::cidr as prefix,
                         ((row_number() over (partition by c.name order by position desc, shard) - 1) * 3
                          + strpos('abc', right(c.name, 1)) - 1)::int as n
                  from (select c.name, c.zone, host(z.vip_pool)::inet + c.ordinal * 4096 as base
                        from cells c join zones z on z.name = c.zone) c,
                       generate_series(0, {ShardsPerCell} - 1) shard, generate_series(1, {AddressesPerShard}) position
                  where not exists (
                    select 1 from vip_addresses v where v.address = c.base + (shard * 64 + position))) free
            where n < {number}
            """;
        foreach (string sql in SyntheticRows.Statements(1, 300, "'10.30.0.101'::inet", LabTargets))
            yield return sql;
        yield return "drop table synthetic";
        yield return "analyze";
    }

    private static bool Served(Region region, int count) => Routes(region, "router-a", "198.18.0.0/20", count)
        && Routes(region, "router-b", "198.18.16.0/20", count);

    private static bool Routes(Region region, string router, string pool, int count) =>
        region.Exec(router, "ip", "route", "show", "root", pool).Split('\n')
            .Count(line => line.StartsWith("198.18.", StringComparison.Ordinal)) >= Math.Min(ShardsPerCell, count / 3);

    private static Task UntilTaken(Region region) => Region.Until(
        "each node runs the newest snapshot",
        () => ServedCells.All(cell =>
        {
            JsonElement state = Ask(region, "admin", "snapshot", "get", cell);
            long wanted = state.GetProperty("wantedVersion").GetInt64();
            return state.GetProperty("state").GetString() == "done"
                && Ask(region, "node", "list", "--cell", cell).GetProperty("items").EnumerateArray()
                    .All(node => node.GetProperty("runningVersion").GetInt64() == wanted);
        }),
        120);

    private static JsonElement Ask(Region region, params string[] words)
    {
        using JsonDocument document = JsonDocument.Parse(region.Operator([.. words, "-o", "json"]));
        return document.RootElement.Clone();
    }

    private static string Query(Region region, string sql) => Command.Run(
        "psql", "-h", Path.Combine(region.Folder, "state/run/pg"), "-U", "hyperplane", "-d", "hyperplane",
        "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql);
}
