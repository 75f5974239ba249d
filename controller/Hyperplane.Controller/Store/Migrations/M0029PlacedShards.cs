using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>The shard that serves an address in use: how much a shard carries is asked without knowing whose it
/// is.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0029_placed_shards")]
internal sealed class M0029PlacedShards : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table vip_addresses add shard int check (shard between 0 and 63);
        set local role hyperplane_system;
        update vip_addresses v set shard = z.shard from load_balancer_zones z
        where v.free_at is null and v.address in (z.address, z.ipv6_address);
        reset role;
        """);
}
