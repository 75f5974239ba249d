using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>How many nodes serve a shard of a cell, and how many cells a zone has room for.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0027_shard_sizes")]
internal sealed class M0027ShardSizes : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table zones add max_cells int not null default 4 check (max_cells in (1, 2, 4, 8, 16, 32, 64));
        alter table cells
          add shard_size int not null default 4 check (shard_size between 1 and 16),
          drop constraint cells_ordinal_check,
          add check (ordinal between 0 and 63);
        """);
}
