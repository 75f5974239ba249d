using System.Globalization;

namespace Hyperplane.Bench.Control;

/// <summary>The rows of load balancers that are written past the API: a listener, a target group and its targets
/// each.</summary>
internal static class SyntheticRows
{
    /// <summary>Fills the tables from one named synthetic, with n, hex, tenant, zone, cell, shard, prefix and
    /// address.</summary>
    /// <param name="targetsPerGroup">Targets of a group.</param>
    /// <param name="intervalSeconds">Of its health checks.</param>
    /// <param name="firstTarget">The first target's address, as SQL; the others follow it.</param>
    /// <param name="distinctTargets">So many addresses are targets in turn; 0: each has one of its own.</param>
    public static IEnumerable<string> Statements(
        int targetsPerGroup, int intervalSeconds, string firstTarget, int distinctTargets = 0)
    {
        string perGroup = targetsPerGroup.ToString(CultureInfo.InvariantCulture);
        string seconds = intervalSeconds.ToString(CultureInfo.InvariantCulture);
        string number = distinctTargets == 0
            ? $"(n * {perGroup} + i)"
            : string.Create(CultureInfo.InvariantCulture, $"((n * {perGroup} + i) % {distinctTargets})");
        return
        [
            """
            insert into load_balancers (id, tenant_id, name, tags, generation, created_at)
            select 'lb-' || hex, tenant, 'nlb-' || n, '{}', 2, now() from synthetic order by n
            """,
            """
            insert into load_balancer_zones
              (load_balancer_id, zone, tenant_id, position, cell, shard, address, prefix, announce_alone)
            select 'lb-' || hex, zone, tenant, 0, cell, shard, address, prefix, false from synthetic order by n
            """,
            """
            insert into vip_addresses (address, zone, cell, announce_alone)
            select address, zone, cell, false from synthetic order by n
            """,
            $$"""
            insert into target_groups
              (id, tenant_id, name, protocol, port, health_protocol, health_interval_seconds, health_timeout_seconds,
               healthy_threshold, unhealthy_threshold, deregistration_delay_seconds, tags, generation, created_at)
            select 'tg-' || hex, tenant, 'group-' || n, 0, 8080, 0, {{seconds}}, 10, 5, 2, 300, '{}', 1, now()
            from synthetic order by n
            """,
            """
            insert into listeners (id, tenant_id, load_balancer_id, protocol, port, idle_timeout_seconds, generation,
                                   load_balancer_generation, created_at)
            select 'ls-' || hex, tenant, 'lb-' || hex, 0, 80, 350, 1, 2, now() from synthetic order by n
            """,
            """
            insert into listener_groups
              (listener_id, load_balancer_id, tenant_id, target_group_id, position, weight, deleted)
            select 'ls-' || hex, 'lb-' || hex, tenant, 'tg-' || hex, 0, 1, false from synthetic order by n
            """,
            $"""
            insert into targets (id, tenant_id, target_group_id, address, port, weight, created_at)
            select 'tgt-' || lpad(to_hex(n * {perGroup} + i), 17, '0'), tenant, 'tg-' || hex,
                   {firstTarget} + {number}, 8080, 1, now()
            from synthetic, generate_series(0, {perGroup} - 1) i order by n, i
            """,
        ];
    }
}
