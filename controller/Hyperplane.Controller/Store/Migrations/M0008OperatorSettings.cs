using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Limits of a tenant's new flows, null where it has the default; where a cell's tunnels begin; what nodes
/// say they do not serve, and that flows of an unhealthy target go on for a while.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0008_operator_settings")]
internal sealed class M0008OperatorSettings : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table tenants
          add new_flows_per_second int check (new_flows_per_second >= 0),
          add new_flows_per_second_per_address int check (new_flows_per_second_per_address >= 0),
          add new_flows_per_second_per_source int check (new_flows_per_second_per_source >= 0);
        alter table cells
          add tunnel_source_prefix cidr,
          add ipv6_tunnel_source_prefix cidr;
        alter table node_reports add unserved_groups text[] not null default '{}';

        alter table target_votes drop constraint target_votes_state_check;
        alter table target_votes add check (state in (0, 1, 2, 5));

        -- As before; and 5 where a node that counts lets the flows of an unhealthy target go on for a while.
        create or replace function target_states(group_ids text[], fresh_after timestamptz)
        returns table (
          target_id text, target_group_id text, state smallint, reason text, detail text,
          healthy_nodes integer, voting_nodes integer)
        language sql stable as $$
          with votes as (
            select t.id, v.cell, v.state, v.reason, v.detail, v.node_id,
                   coalesce(r.reported_at > fresh_after, false) as fresh
            from targets t
            join target_votes v on v.target_number = t.number
            left join node_reports r on r.node_id = v.node_id
            where t.target_group_id = any(group_ids)
          ), counted as (
            select *, bool_or(fresh) over (partition by id) as any_fresh from votes
          ), cells as (
            select id, cell,
                   count(*) filter (where state = 0) as initial,
                   count(*) filter (where state = 1) as healthy,
                   count(*) filter (where state in (2, 5)) as unhealthy,
                   bool_or(state = 5) as draining
            from counted where fresh or not any_fresh group by id, cell
          ), verdicts as (
            select id, max(case when healthy > initial + unhealthy then 1
                                when unhealthy > 0 and unhealthy >= initial then 3
                                else 2 end) as worst,
                   bool_or(draining) as draining,
                   sum(healthy)::integer as healthy_nodes,
                   sum(initial + healthy + unhealthy)::integer as voting_nodes
            from cells group by id
          )
          select t.id, t.target_group_id,
                 (case when v.worst = 1 then 1 when v.worst = 3 and v.draining then 5 when v.worst = 3 then 2
                       else 0 end)::smallint,
                 why.reason, why.detail, coalesce(v.healthy_nodes, 0), coalesce(v.voting_nodes, 0)
          from targets t
          left join verdicts v on v.id = t.id
          left join lateral (
            select c.reason, c.detail from counted c
            where c.id = t.id and (c.fresh or not c.any_fresh) and v.worst <> 1
              and (case when v.worst = 3 then c.state in (2, 5) else c.state = 0 end)
            order by c.node_id limit 1
          ) why on true
          where t.target_group_id = any(group_ids)
        $$;
        """);
}
