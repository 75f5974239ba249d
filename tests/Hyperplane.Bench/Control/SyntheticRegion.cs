using System.Globalization;
using Hyperplane.Lab;

namespace Hyperplane.Bench.Control;

/// <summary>How large the synthetic region is, and the statements that fill its tables.</summary>
/// <remarks>
/// One listener, one target group of ten targets a load balancer, a hundred load balancers a tenant, each in one zone;
/// every target has the votes of its cell's three nodes. Written past the API: a hundred thousand calls would take
/// longer than all that is measured. What is measured reads the same tables.
/// </remarks>
/// <param name="LoadBalancers">How many.</param>
internal sealed record SyntheticRegion(int LoadBalancers)
{
    /// <summary>Cells of a zone; the nth load balancer is in the nth cell, round and round.</summary>
    public const int CellsPerZone = 4;

    /// <summary>Nodes of a cell.</summary>
    public const int NodesPerCell = 3;

    /// <summary>Targets of a load balancer's only group.</summary>
    public const int TargetsPerGroup = 10;

    /// <summary>Load balancers of a tenant.</summary>
    public const int PerTenant = 100;

    // 64 shards of 62 addresses are the most; the synthetic ones fill a shard after the other.
    private const int MostPerCell = 3_200;

    /// <summary>Zones, of four cells each.</summary>
    public int Zones => (int)Math.Ceiling(LoadBalancers / (double)(MostPerCell * CellsPerZone));

    /// <summary>All cells of the region.</summary>
    public IEnumerable<string> Cells => Enumerable.Range(0, Zones)
        .SelectMany(zone => Enumerable.Range(1, CellsPerZone).Select(cell => $"z{zone}-{cell}"));

    /// <summary>Name and body of each zone.</summary>
    public IEnumerable<(string Name, object Body)> ZoneBodies => Enumerable.Range(0, Zones).Select(zone => (
        $"z{zone}",
        (object)new
        {
            vipPool = $"100.{64 + zone}.0.0/18",
            snatPool = $"100.{64 + zone}.128.0/20",
            probePool = $"100.{64 + zone}.192.0/20",
        }));

    /// <summary>The fabric's address of a node: each cell has a network of its own.</summary>
    public static string NodeAddress(int cell, int node) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{200 + (cell / 256)}.{cell % 256}.{node + 1}");

    /// <summary>The cell of the nth load balancer.</summary>
    public string CellOf(int loadBalancer)
    {
        int cell = loadBalancer % (Zones * CellsPerZone);
        return $"z{cell / CellsPerZone}-{(cell % CellsPerZone) + 1}";
    }

    /// <summary>The nth target.</summary>
    public static string TargetAddress(int target)
    {
        int address = (10 << 24) + 1 + target;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");
    }

    /// <summary>Fills the tables of a region whose cells and nodes are declared.</summary>
    public void Fill(PostgresCluster cluster, string connection)
    {
        foreach (string sql in Statements())
            cluster.Query(connection, sql, TimeSpan.FromMinutes(5));
    }

    private IEnumerable<string> Statements()
    {
        string count = LoadBalancers.ToString(CultureInfo.InvariantCulture);
        string cells = (Zones * CellsPerZone).ToString(CultureInfo.InvariantCulture);
        yield return
            $"""
            insert into tenants (id, name, created_at)
            select 'tn-' || lpad(to_hex(n), 17, '0'), 'tenant-' || n, now()
            from generate_series(0, ({count} - 1) / {PerTenant}) n
            """;
        yield return
            $"""
            create table synthetic as
            select n, lpad(to_hex(n), 17, '0') as hex, 'tn-' || lpad(to_hex(n / {PerTenant}), 17, '0') as tenant,
                   'z' || n % {cells} / {CellsPerZone} as zone,
                   'z' || n % {cells} / {CellsPerZone} || '-' || n % {CellsPerZone} + 1 as cell,
                   n / {cells} % 64 as shard,
                   set_masklen(c.base + ((n / {cells} % 64) * 64), 26)::cidr as prefix,
                   c.base + ((n / {cells} % 64) * 64 + n / {cells} / 64 + 1) as address
            from generate_series(0, {count} - 1) n
            join (select c.name, host(z.vip_pool)::inet + c.ordinal * 4096 as base
                  from cells c join zones z on z.name = c.zone) c
              on c.name = 'z' || n % {cells} / {CellsPerZone} || '-' || n % {CellsPerZone} + 1
            """;
        foreach (string sql in SyntheticRows.Statements(TargetsPerGroup, intervalSeconds: 30, "'10.0.0.1'::inet"))
            yield return sql;
        yield return
            """
            insert into target_votes (target_number, node_id, tenant_id, target_group_id, cell, state, vote)
            select t.number, n.id, t.tenant_id, t.target_group_id, n.cell, 1, 1
            from synthetic s join targets t on t.target_group_id = 'tg-' || s.hex join nodes n on n.cell = s.cell
            """;
        yield return "drop table synthetic";
        yield return "vacuum analyze";
    }
}
