using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>IPv6 beside IPv4; and a listener's number begins a run of four, for what it is on nodes: a protocol and an
/// address family each.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0006_ipv6")]
internal sealed class M0006Ipv6 : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table zones
          add ipv6_vip_pool cidr unique,
          add ipv6_snat_pool cidr unique,
          add ipv6_probe_pool cidr unique,
          add check (num_nulls(ipv6_vip_pool, ipv6_snat_pool, ipv6_probe_pool) in (0, 3));
        alter table nodes add ipv6_address inet unique;
        alter table load_balancers add ip_address_type smallint not null default 0;
        alter table load_balancer_zones
          add ipv6_address inet,
          add ipv6_prefix cidr,
          add ipv6_vip_id bigint not null unique default nextval('vip_ids'),
          add ipv6_announce_alone boolean not null default false,
          add check (num_nulls(ipv6_address, ipv6_prefix) in (0, 2));
        alter table target_groups add ip_address_type smallint not null default 0;
        alter sequence listener_numbers increment by 4;
        """);
}
