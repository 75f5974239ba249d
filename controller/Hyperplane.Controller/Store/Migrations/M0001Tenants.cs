using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Tenants, their keys, the audit trail.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0001_tenants")]
internal sealed class M0001Tenants : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table tenants (
          id text primary key,
          serial bigint not null generated always as identity unique,
          name text not null unique,
          created_at timestamptz not null
        );

        create table api_keys (
          id text primary key,
          serial bigint not null generated always as identity unique,
          tenant_id text not null references tenants on delete cascade,
          name text not null,
          secret_hash bytea not null check (length(secret_hash) = 32),
          created_at timestamptz not null
        );
        create index on api_keys (tenant_id, serial);

        create table events (
          id bigint not null generated always as identity primary key,
          at timestamptz not null,
          tenant_id text,
          action text not null,
          resource text not null,
          generation bigint not null
        );
        create index on events (tenant_id, id);
        create index on events (at);
        """);
}
