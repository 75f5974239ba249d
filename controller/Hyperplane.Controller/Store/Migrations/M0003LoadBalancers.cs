using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>What tenants want: load balancers, listeners, target groups, targets.</summary>
/// <remarks>
/// A deleted listener stays until the nodes have forgotten it, but holds neither its port nor its target group: both
/// constraints look at rows that are not deleted only.
/// </remarks>
[DbContext(typeof(HyperplaneDb)), Migration("0003_load_balancers")]
internal sealed class M0003LoadBalancers : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table vip_addresses (
          id bigint not null generated always as identity primary key,
          address inet not null unique,
          zone text not null references zones,
          cell text not null references cells,
          announce_alone boolean not null,
          free_at timestamptz,
          gone_in_version bigint
        );
        create index on vip_addresses (zone);
        create index on vip_addresses (cell) where free_at is not null;

        create table load_balancers (
          id text primary key,
          serial bigint not null generated always as identity unique,
          tenant_id text not null references tenants on delete cascade,
          name text not null,
          tags jsonb not null,
          generation bigint not null,
          created_at timestamptz not null,
          deleted_at timestamptz
        );
        create unique index on load_balancers (tenant_id, name) where deleted_at is null;
        create index on load_balancers (tenant_id, serial);

        create sequence vip_ids minvalue 1 maxvalue 4294967295 no cycle;
        create table load_balancer_zones (
          load_balancer_id text not null references load_balancers on delete cascade,
          zone text not null references zones,
          tenant_id text not null references tenants on delete cascade,
          position int not null,
          cell text not null references cells,
          shard int not null check (shard between 0 and 63),
          address inet not null,
          prefix cidr not null,
          vip_id bigint not null unique default nextval('vip_ids'),
          announce_alone boolean not null,
          primary key (load_balancer_id, zone)
        );
        create index on load_balancer_zones (cell);

        create sequence target_group_numbers minvalue 1 maxvalue 4294967295 no cycle;
        create table target_groups (
          id text primary key,
          number bigint not null unique default nextval('target_group_numbers'),
          serial bigint not null generated always as identity unique,
          tenant_id text not null references tenants on delete cascade,
          name text not null,
          protocol smallint not null,
          port int not null check (port between 1 and 65535),
          health_protocol smallint not null,
          health_port int check (health_port between 1 and 65535),
          health_path text,
          health_interval_seconds int not null,
          health_timeout_seconds int not null,
          healthy_threshold int not null,
          unhealthy_threshold int not null,
          health_matcher text,
          deregistration_delay_seconds int not null,
          tags jsonb not null,
          generation bigint not null,
          created_at timestamptz not null,
          unique (tenant_id, name)
        );
        create index on target_groups (tenant_id, serial);

        create sequence listener_numbers minvalue 1 maxvalue 4294967295 no cycle;
        create table listeners (
          id text primary key,
          number bigint not null unique default nextval('listener_numbers'),
          serial bigint not null generated always as identity unique,
          tenant_id text not null references tenants on delete cascade,
          load_balancer_id text not null references load_balancers on delete cascade,
          protocol smallint not null,
          port int not null check (port between 1 and 65535),
          target_group_id text not null,
          live_target_group_id text generated always as (case when deleted_at is null then target_group_id end) stored
            references target_groups,
          idle_timeout_seconds int not null,
          generation bigint not null,
          load_balancer_generation bigint not null,
          created_at timestamptz not null,
          deleted_at timestamptz
        );
        create unique index on listeners (load_balancer_id, protocol, port) where deleted_at is null;
        create index on listeners (load_balancer_id, serial);
        create index on listeners (live_target_group_id);
        create index on listeners (deleted_at) where deleted_at is not null;

        create sequence target_numbers minvalue 1 maxvalue 4294967295 no cycle;
        create table targets (
          id text primary key,
          number bigint not null unique default nextval('target_numbers'),
          serial bigint not null generated always as identity unique,
          tenant_id text not null references tenants on delete cascade,
          target_group_id text not null references target_groups on delete cascade,
          address inet not null,
          port int not null check (port between 1 and 65535),
          weight int not null check (weight between 0 and 999),
          draining_until timestamptz,
          created_at timestamptz not null,
          unique (target_group_id, address, port)
        );
        create index on targets (target_group_id, serial);
        create index on targets (draining_until) where draining_until is not null;
        """);
}
