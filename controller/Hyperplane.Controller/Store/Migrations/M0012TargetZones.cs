using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>The zone that a target is in; null counts as near in each.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0012_target_zones")]
internal sealed class M0012TargetZones : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("alter table targets add zone text references zones;");
}
