using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Zones, cells, nodes, their addresses, and the outbox of cells that changed.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0002_topology")]
internal sealed class M0002Topology : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table zones (
          name text primary key,
          vip_pool cidr not null unique,
          snat_pool cidr not null unique,
          probe_pool cidr not null unique,
          created_at timestamptz not null
        );

        create table cells (
          name text primary key,
          zone text not null references zones,
          ordinal int not null check (ordinal between 0 and 3),
          created_at timestamptz not null,
          unique (zone, ordinal)
        );

        create table cell_versions (
          cell text primary key references cells on delete cascade deferrable initially deferred,
          version bigint not null check (version >= 0),
          content_hash bytea
        );

        create sequence node_ids as int minvalue 1 maxvalue 65535 no cycle;
        create table nodes (
          id int primary key default nextval('node_ids'),
          cell text not null references cells,
          name text not null,
          address inet not null unique,
          draining boolean not null,
          created_at timestamptz not null,
          unique (cell, name)
        );

        create table node_addresses (
          id bigint not null generated always as identity primary key,
          address inet not null unique,
          kind smallint not null,
          cell text not null references cells,
          node_id int references nodes on delete set null,
          free_at timestamptz
        );
        create index on node_addresses (node_id);

        create table cell_changes (
          id bigint not null generated always as identity primary key,
          cell text not null,
          at timestamptz not null
        );
        create function notify_cell_change() returns trigger language plpgsql as $$
        begin
          perform pg_notify('hyperplane_cells', new.cell);
          return null;
        end $$;
        create trigger notify after insert on cell_changes for each row execute function notify_cell_change();
        """);
}
