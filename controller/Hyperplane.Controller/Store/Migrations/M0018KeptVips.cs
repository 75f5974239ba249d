using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>VIPs that nodes serve and the store, restored from an old copy, does not know: kept until an operator's
/// word.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0018_kept_vips")]
internal sealed class M0018KeptVips : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table kept_vips (
          id bigint not null generated always as identity primary key,
          cell text not null references cells on delete cascade,
          address inet not null,
          version bigint not null,
          vip bytea not null,
          unique (cell, address)
        );
        create table kept_groups (
          cell text not null references cells on delete cascade,
          number bigint not null,
          version bigint not null,
          target_group bytea not null,
          primary key (cell, number)
        );
        grant all on kept_vips, kept_groups to hyperplane_system;
        grant usage, update on vip_ids, listener_numbers, target_group_numbers, target_numbers to hyperplane_system;
        """);
}
