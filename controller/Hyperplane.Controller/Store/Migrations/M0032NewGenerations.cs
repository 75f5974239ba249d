using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>What came to a cell since a version is found without reading what all cells have.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0032_new_generations")]
internal sealed class M0032NewGenerations : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("create index on compiled_generations (cell, version);");
}
