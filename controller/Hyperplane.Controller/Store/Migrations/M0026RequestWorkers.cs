using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Who works on a request: the second key of the advisory lock that its process holds while it
/// lives.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0026_request_workers")]
internal sealed class M0026RequestWorkers : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("alter table requests add worker int;");
}
