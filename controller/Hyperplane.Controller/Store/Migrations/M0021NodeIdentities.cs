using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>The authority that issues certificates to nodes, the tokens by which they ask for the first one, and what
/// it issued: an operator's business, so for the system alone.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0021_node_identities")]
internal sealed class M0021NodeIdentities : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        create table authorities (
          id smallint primary key check (id = 1),
          certificate bytea not null,
          sealed_key bytea not null,
          created_at timestamptz not null
        );
        create table enrolment_tokens (
          node_id int primary key references nodes on delete cascade,
          hash bytea not null unique check (length(hash) = 32),
          expires_at timestamptz not null,
          used_at timestamptz
        );
        create table node_certificates (
          serial text primary key,
          cell text not null,
          node text not null,
          issued_at timestamptz not null,
          not_after timestamptz not null,
          revoked_at timestamptz
        );
        create index on node_certificates (cell, node);
        create index on node_certificates (not_after);
        grant all on authorities, enrolment_tokens, node_certificates to hyperplane_system;
        """);
}
