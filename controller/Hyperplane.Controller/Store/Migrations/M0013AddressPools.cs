using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Address pools beside those of shards, elastic IPs of them, and the scheme of load balancers.</summary>
/// <remarks>An address has one row in vip_addresses, be it held by an elastic IP, in use or in quarantine: who takes
/// one that is somebody's meets the constraint. A held one is in no cell while no node was told of it.</remarks>
[DbContext(typeof(HyperplaneDb)), Migration("0013_address_pools")]
internal sealed class M0013AddressPools : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table address_pools (
          name text primary key,
          zone text not null references zones,
          prefix cidr not null,
          kind smallint not null check (kind in (0, 1)),
          created_at timestamptz not null,
          exclude using gist (prefix inet_ops with &&)
        );
        create index on address_pools (zone);
        grant all on address_pools to hyperplane_system;
        grant select on address_pools to hyperplane_app;

        create table elastic_ips (
          id text primary key,
          serial bigint not null generated always as identity unique,
          tenant_id text not null references tenants on delete cascade,
          name text,
          zone text not null references zones,
          address inet not null unique,
          associated_with text,
          tags jsonb not null,
          generation bigint not null,
          created_at timestamptz not null
        );
        create unique index on elastic_ips (tenant_id, name);
        create index on elastic_ips (tenant_id, serial);
        create index on elastic_ips (associated_with);
        alter table elastic_ips enable row level security;
        alter table elastic_ips force row level security;
        create policy tenant_rows on elastic_ips to hyperplane_app
          using (tenant_id = current_setting('app.tenant', true))
          with check (tenant_id = current_setting('app.tenant', true));
        create policy system_rows on elastic_ips to hyperplane_system using (true) with check (true);
        grant select, insert, update, delete on elastic_ips to hyperplane_app;
        grant all on elastic_ips to hyperplane_system;
        do $$
        begin
          execute format('grant usage on all sequences in schema %I to hyperplane_app, hyperplane_system',
                         current_schema());
        end $$;

        alter table vip_addresses
          add held boolean not null default false,
          alter cell drop not null,
          add check (held or cell is not null),
          add check (cell is not null or num_nonnulls(free_at, gone_in_version) = 0);

        alter table load_balancers add scheme smallint not null default 0 check (scheme in (0, 1));
        alter table load_balancer_zones
          add elastic_ip_id text,
          add ipv6_elastic_ip_id text;
        """);
}
