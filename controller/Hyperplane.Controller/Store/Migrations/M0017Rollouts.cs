using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>The versions of cells that were made, and how far the newest has come.</summary>
/// <remarks>What makers write is apart from what roll-outs write: neither waits for the other.</remarks>
[DbContext(typeof(HyperplaneDb)), Migration("0017_rollouts")]
internal sealed class M0017Rollouts : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table cell_versions
          add turn bigint not null default 0,
          add pinned_version bigint,
          add removals_version bigint not null default 0,
          add restored_at timestamptz;

        create table cell_snapshots (
          cell text not null references cells on delete cascade,
          version bigint not null,
          made_at timestamptz not null,
          hash bytea not null,
          total_bytes int not null,
          turn bigint not null,
          changes jsonb not null,
          pinned_version bigint,
          body bytea,
          primary key (cell, version)
        );
        alter table cell_snapshots alter body set storage external;

        create table cell_rollouts (
          cell text primary key references cells on delete cascade,
          proven bigint not null default 0,
          phase smallint not null default 0,
          reason text
        );
        create table node_offers (
          node_id int primary key references nodes on delete cascade,
          version bigint not null,
          offered_at timestamptz not null,
          waiting_since timestamptz not null
        );
        grant all on cell_snapshots, cell_rollouts, node_offers to hyperplane_system;
        grant select on cell_rollouts to hyperplane_app;
        """);
}
