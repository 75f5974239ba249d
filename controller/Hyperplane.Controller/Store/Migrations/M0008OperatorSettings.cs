using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Limits of a tenant's new flows, null where it has the default; where a cell's tunnels begin; what nodes
/// say they do not serve.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0008_operator_settings")]
internal sealed class M0008OperatorSettings : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table tenants
          add new_flows_per_second int check (new_flows_per_second >= 0),
          add new_flows_per_second_per_address int check (new_flows_per_second_per_address >= 0),
          add new_flows_per_second_per_source int check (new_flows_per_second_per_source >= 0);
        alter table cells
          add tunnel_source_prefix cidr,
          add ipv6_tunnel_source_prefix cidr;
        alter table node_reports add unserved_groups text[] not null default '{}';
        """);
}
