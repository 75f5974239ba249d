using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Hyperplane.Controller.Store.Migrations;

/// <summary>Attributes of load balancers, roles of keys, who made a change, and what requests with an idempotency key
/// were answered.</summary>
[DbContext(typeof(HyperplaneDb)), Migration("0009_api_quality")]
internal sealed class M0009ApiQuality : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        alter table load_balancers add attributes jsonb not null default '{}';
        alter table api_keys add role smallint not null default 0 check (role in (0, 2));
        alter table events add key_id text, add request_id text;
        create index on events (resource, id);

        create table requests (
          owner text not null,
          key text not null check (length(key) between 1 and 255),
          fingerprint bytea not null check (length(fingerprint) = 32),
          begun_at timestamptz not null,
          status int,
          content_type text,
          location text,
          etag text,
          body bytea,
          primary key (owner, key)
        );
        create index on requests (begun_at);
        grant all on requests to hyperplane_system;
        """);
}
