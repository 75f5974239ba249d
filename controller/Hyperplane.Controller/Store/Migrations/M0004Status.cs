using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>
/// What is seen, apart from what is wanted: node reports, votes on targets, which version has which generation.
/// </summary>
[DbContext(typeof(HyperplaneDb)), Migration("0004_status")]
internal sealed class M0004Status : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table node_reports (
          node_id int primary key references nodes on delete cascade,
          start bigint not null,
          running_version bigint not null,
          refused_version bigint not null,
          refusal text,
          draining boolean not null,
          peers jsonb not null,
          announced text[] not null,
          counters jsonb not null,
          reported_at timestamptz not null
        );

        create table target_votes (
          target_number bigint not null references targets (number) on delete cascade,
          node_id int not null references nodes on delete cascade,
          tenant_id text not null,
          cell text not null,
          state smallint not null check (state between 0 and 2),
          reason text,
          detail text,
          primary key (target_number, node_id)
        );
        create index on target_votes (node_id);

        create table compiled_generations (
          resource text not null,
          cell text not null references cells on delete cascade,
          generation bigint not null,
          version bigint not null,
          primary key (resource, cell, generation)
        );

        -- The health of the targets of some groups. In each cell the majority of the votes of nodes that reported after
        -- fresh_after counts, or of all votes when none of them did; the worst cell decides. 0 initial, 1 healthy,
        -- 2 unhealthy.
        create function target_states(group_ids text[], fresh_after timestamptz)
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
                   count(*) filter (where state = 2) as unhealthy
            from counted where fresh or not any_fresh group by id, cell
          ), verdicts as (
            select id, max(case when healthy > initial + unhealthy then 1
                                when unhealthy > 0 and unhealthy >= initial then 3
                                else 2 end) as worst,
                   sum(healthy)::integer as healthy_nodes,
                   sum(initial + healthy + unhealthy)::integer as voting_nodes
            from cells group by id
          )
          select t.id, t.target_group_id,
                 (case v.worst when 1 then 1 when 3 then 2 else 0 end)::smallint,
                 why.reason, why.detail, coalesce(v.healthy_nodes, 0), coalesce(v.voting_nodes, 0)
          from targets t
          left join verdicts v on v.id = t.id
          left join lateral (
            select c.reason, c.detail from counted c
            where c.id = t.id and (c.fresh or not c.any_fresh) and v.worst <> 1
              and c.state = (case v.worst when 3 then 2 else 0 end)
            order by c.node_id limit 1
          ) why on true
          where t.target_group_id = any(group_ids)
        $$;
        """);
}
