using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>A node's own opinion of a target beside the verdict that it follows; what its last check sent and what came
/// back.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0019_target_checks")]
internal sealed class M0019TargetChecks : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        -- vote: 0 nothing yet, 1 healthy, 2 unhealthy; null: as state.
        alter table target_votes
          add vote smallint check (vote in (0, 1, 2)),
          add sent text,
          add received text,
          add checked_at timestamptz;

        -- As before; nodes are counted by their own opinions, and of those that follow the same verdict one that found
        -- it itself tells why.
        create or replace function target_states(group_ids text[], fresh_after timestamptz)
        returns table (
          target_id text, target_group_id text, state smallint, reason text, detail text,
          healthy_nodes integer, voting_nodes integer)
        language sql stable as $$
          with votes as (
            select t.id, v.cell, v.state, v.reason, v.node_id,
                   coalesce(v.vote, case when v.state = 5 then 2 else v.state end) as vote,
                   nullif(concat_ws('; ', v.detail, nullif(concat_ws(': ', v.sent, v.received), '')), '') as detail,
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
                   count(*) filter (where vote = 1) as finding_healthy,
                   bool_or(state = 5) as draining
            from counted where fresh or not any_fresh group by id, cell
          ), verdicts as (
            select id, max(case when healthy > initial + unhealthy then 1
                                when unhealthy > 0 and unhealthy >= initial then 3
                                else 2 end) as worst,
                   bool_or(draining) as draining,
                   sum(finding_healthy)::integer as healthy_nodes,
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
            order by c.vote = 1, c.node_id limit 1
          ) why on true
          where t.target_group_id = any(group_ids)
        $$;
        """);
}
