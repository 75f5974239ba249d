using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Which list of a node's targets its votes are of.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0030_reported_targets")]
internal sealed class M0030ReportedTargets : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        -- The node's own hash; empty when it has none.
        alter table node_reports add targets_hash bytea not null default '';
        """);
}
