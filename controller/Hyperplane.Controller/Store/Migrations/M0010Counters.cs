using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Quotas of tenants; and what nodes counted at listeners and targets, a row a node: the numbers of all
/// tenants, so for the system alone.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0010_counters")]
internal sealed class M0010Counters : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table tenants add quotas jsonb not null default '{}';
        create table node_counters (
          node_id int primary key references nodes on delete cascade,
          start bigint not null,
          counts bytea not null,
          before bytea not null default ''
        );
        alter table node_counters alter counts set storage external, alter before set storage external;
        grant all on node_counters to hyperplane_system;
        """);
}
