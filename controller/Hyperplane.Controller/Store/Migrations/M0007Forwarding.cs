using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Several target groups a listener, attributes of target groups, targets whose flows end.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0007_forwarding")]
internal sealed class M0007Forwarding : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table listener_groups (
          listener_id text not null references listeners on delete cascade,
          load_balancer_id text not null references load_balancers on delete cascade,
          tenant_id text not null references tenants on delete cascade,
          target_group_id text not null,
          position int not null,
          weight int not null check (weight between 0 and 999),
          deleted boolean not null,
          live_target_group_id text generated always as (case when not deleted then target_group_id end) stored
            references target_groups,
          primary key (listener_id, target_group_id)
        );
        create index on listener_groups (load_balancer_id);
        create index on listener_groups (live_target_group_id);
        insert into listener_groups
          (listener_id, load_balancer_id, tenant_id, target_group_id, position, weight, deleted)
        select id, load_balancer_id, tenant_id, target_group_id, 0, 1, deleted_at is not null from listeners;
        alter table listeners drop column live_target_group_id, drop column target_group_id;

        alter table listener_groups enable row level security;
        alter table listener_groups force row level security;
        create policy tenant_rows on listener_groups to hyperplane_app
          using (tenant_id = current_setting('app.tenant', true))
          with check (tenant_id = current_setting('app.tenant', true));
        create policy system_rows on listener_groups to hyperplane_system using (true) with check (true);
        grant select, insert, update, delete on listener_groups to hyperplane_app;
        grant all on listener_groups to hyperplane_system;

        alter table target_groups add attributes jsonb not null default '{}';
        alter table target_groups add ends_deregistered boolean not null generated always as (
          coalesce((attributes->>'deregistration_delay.connection_termination.enabled')::boolean,
                   protocol <> 0)) stored;
        alter table targets add ending boolean not null default false;
        """);
}
