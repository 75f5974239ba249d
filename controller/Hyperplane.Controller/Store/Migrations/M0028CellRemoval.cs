using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Cells that are drained, and how far those had counted that were removed.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0028_cell_removal")]
internal sealed class M0028CellRemoval : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table cells add draining boolean not null default false;
        create table removed_cells (
          name text primary key,
          version bigint not null check (version >= 0)
        );
        grant all on removed_cells to hyperplane_system;
        """);
}
