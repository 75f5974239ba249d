using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>
/// The second lock of tenancy: row-level security, also for the owner, and the two roles that transactions take.
/// </summary>
/// <remarks>Roles belong to the whole cluster and may exist already. A user who may not create roles is told what to
/// ask for.</remarks>
[DbContext(typeof(HyperplaneDb)), Migration("0005_row_security")]
internal sealed class M0005RowSecurity : Migration
{
    private const string Roles =
        """
        do $$
        declare
          wanted text;
        begin
          foreach wanted in array array['hyperplane_app', 'hyperplane_system'] loop
            if not exists (select 1 from pg_roles where rolname = wanted) then
              begin
                execute format('create role %I nologin', wanted);
              exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                  raise exception 'role % is missing and % may not create it', wanted, current_user
                    using errcode = '42501',
                          hint = format('as an administrator: create role %I nologin; grant %I to %I',
                                        wanted, wanted, current_user);
              end;
            end if;
            if not pg_has_role(current_user, wanted, 'member') then
              execute format('grant %I to %I', wanted, current_user);
            end if;
          end loop;
        end $$;
        """;

    private const string Policies =
        """
        do $$
        declare
          guarded text;
          owner_column text;
        begin
          foreach guarded in array array['tenants', 'api_keys', 'events', 'load_balancers', 'load_balancer_zones',
                                         'listeners', 'target_groups', 'targets', 'target_votes'] loop
            owner_column := case guarded when 'tenants' then 'id' else 'tenant_id' end;
            execute format('alter table %I enable row level security', guarded);
            execute format('alter table %I force row level security', guarded);
            execute format('create policy tenant_rows on %I to hyperplane_app
                              using (%I = current_setting(''app.tenant'', true))
                              with check (%I = current_setting(''app.tenant'', true))',
                           guarded, owner_column, owner_column);
            execute format('create policy system_rows on %I to hyperplane_system using (true) with check (true)',
                           guarded);
          end loop;
        end $$;
        """;

    private const string Grants =
        """
        do $$
        begin
          execute format('grant usage on schema %I to hyperplane_app, hyperplane_system', current_schema());
          execute format('grant all on all tables in schema %I to hyperplane_system', current_schema());
          execute format('grant usage on all sequences in schema %I to hyperplane_app, hyperplane_system',
                         current_schema());
        end $$;
        grant select, insert, update, delete on load_balancers, load_balancer_zones, listeners, target_groups, targets
          to hyperplane_app;
        grant select, insert, update, delete on vip_addresses to hyperplane_app;
        grant select on tenants, zones, cells, cell_versions, nodes, node_reports, target_votes, compiled_generations
          to hyperplane_app;
        grant select, insert on events to hyperplane_app;
        grant insert on cell_changes to hyperplane_app;
        grant select (id) on cell_changes to hyperplane_app;
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Roles);
        migrationBuilder.Sql(Policies);
        migrationBuilder.Sql(Grants);
    }
}
