using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Whose flows may begin at a listener.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0011_source_lists")]
internal sealed class M0011SourceLists : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table listeners
          add allowed_cidrs cidr[] not null default '{}' check (cardinality(allowed_cidrs) <= 64),
          add denied_cidrs cidr[] not null default '{}' check (cardinality(denied_cidrs) <= 64);
        """);
}
