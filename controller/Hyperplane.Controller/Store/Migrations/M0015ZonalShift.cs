using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>The zone that a load balancer is shifted away from, and until when.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0015_zonal_shift")]
internal sealed class M0015ZonalShift : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table load_balancers
          add shifted_zone text references zones,
          add shift_expires_at timestamptz,
          add shift_comment text,
          add check ((shifted_zone is null) = (shift_expires_at is null));
        create index on load_balancers (shift_expires_at) where shift_expires_at is not null;
        """);
}
