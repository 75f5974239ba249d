using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>What is read of many resources costs time in proportion to them, whatever else there is.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0031_reading_lists")]
internal sealed class M0031ReadingLists : Migration
{
    private const string Indexes =
        """
        alter table target_votes add target_group_id text;
        update target_votes v set target_group_id = t.target_group_id from targets t where t.number = v.target_number;
        alter table target_votes alter target_group_id set not null;
        create index on target_votes (target_group_id, node_id) include (state, tenant_id);
        create index on listener_groups (target_group_id) where not deleted;
        create index on load_balancers (deleted_at) where deleted_at is not null;
        """;

    // A subquery is asked once for each query, the function itself once for each row.
    private const string Policies =
        """
        do $$
        declare
          guarded text;
          is_own text;
        begin
          for guarded in select tablename from pg_policies
                         where policyname = 'tenant_rows' and schemaname = current_schema() loop
            is_own := format('%I = (select current_setting(''app.tenant'', true))',
                             case guarded when 'tenants' then 'id' else 'tenant_id' end);
            execute format('alter policy tenant_rows on %I using (%s) with check (%s)', guarded, is_own, is_own);
          end loop;
        end $$;
        """;

    // The verdicts as before. One pass over the votes: what is joined after it has a key, because the planner takes
    // each group for a row or so and would else compare all with all.
    private const string States =
        """
        create or replace function target_states(group_ids text[], fresh_after timestamptz)
        returns table (
          target_id text, target_group_id text, state smallint, reason text, detail text,
          healthy_nodes integer, voting_nodes integer)
        language sql stable as $$
          with votes as (
            select t.id, t.number, t.target_group_id as group_id, v.cell, v.state, v.node_id,
                   coalesce(v.vote, case when v.state = 5 then 2 else v.state end) as vote,
                   coalesce(r.reported_at > fresh_after, false) as fresh
            from targets t
            left join target_votes v on v.target_number = t.number
            left join node_reports r on r.node_id = v.node_id
            where t.target_group_id = any(group_ids)
          ), counted as (
            select *, bool_or(fresh) over (partition by number) as any_fresh from votes
          ), cells as (
            select id, number, group_id, cell,
                   count(*) filter (where state = 0) as initial,
                   count(*) filter (where state = 1) as healthy,
                   count(*) filter (where state in (2, 5)) as unhealthy,
                   count(*) filter (where vote = 1) as finding_healthy,
                   bool_or(state = 5) as draining,
                   -- Of those that follow the same verdict one that found it itself tells why.
                   min(array[(vote = 1)::int, node_id]) filter (where state = 0) as first_initial,
                   min(array[(vote = 1)::int, node_id]) filter (where state in (2, 5)) as first_unhealthy
            from counted where fresh or not any_fresh group by id, number, group_id, cell
          ), verdicts as (
            select id, number, group_id,
                   max(case when cell is null then 0
                            when healthy > initial + unhealthy then 1
                            when unhealthy > 0 and unhealthy >= initial then 3
                            else 2 end) as worst,
                   bool_or(draining) as draining,
                   sum(finding_healthy)::integer as healthy_nodes,
                   sum(initial + healthy + unhealthy)::integer as voting_nodes,
                   min(first_initial) as first_initial,
                   min(first_unhealthy) as first_unhealthy
            from cells group by id, number, group_id
          )
          select v.id, v.group_id,
                 (case when v.worst = 1 then 1 when v.worst = 3 and v.draining then 5 when v.worst = 3 then 2
                       else 0 end)::smallint,
                 why.reason,
                 nullif(concat_ws('; ', why.detail, nullif(concat_ws(': ', why.sent, why.received), '')), ''),
                 v.healthy_nodes, v.voting_nodes
          from verdicts v
          left join target_votes why
            on why.target_number = v.number
            and why.node_id = (case v.worst when 2 then v.first_initial when 3 then v.first_unhealthy end)[2]
        $$;
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Indexes);
        migrationBuilder.Sql(Policies);
        migrationBuilder.Sql(States);
    }
}
