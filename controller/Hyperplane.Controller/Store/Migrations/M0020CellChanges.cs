using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>What changed in a cell; null says that anything may have.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0020_cell_changes")]
internal sealed class M0020CellChanges : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("alter table cell_changes add resource text;");
}
