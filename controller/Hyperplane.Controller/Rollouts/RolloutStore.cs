using System.Collections.Frozen;
using System.Data;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Rollouts;

/// <summary>Takes the steps of roll-outs in the database: one controller at a time, whichever comes first.</summary>
internal sealed class RolloutStore(Database database, ControllerOptions options)
{
    // What a version brought is looked for in cells of zones before; a pinned cell, or one that does not get it
    // compiled in ten seconds, holds nobody up.
    private const string FactsSql =
        """
        select v.version, v.turn, coalesce(r.proven, 0), coalesce(r.phase, 0::smallint), r.reason
        from cell_versions v left join cell_rollouts r on r.cell = v.cell where v.cell = $1
        """;

    private const string NodesSql =
        """
        select n.id, n.name, n.draining or coalesce(r.draining, false), r.reported_at, r.running_version,
               r.refused_version, r.refusal, coalesce(cardinality(r.announced), 0) > 0,
               o.version, o.offered_at, o.waiting_since
        from nodes n left join node_reports r on r.node_id = n.id left join node_offers o on o.node_id = n.id
        where n.cell = $1
        """;

    private const string EarlierSql =
        """
        with brought as (
          select g.resource, max(g.generation) as generation
          from compiled_generations g join cell_versions v on v.cell = g.cell
          where g.cell = $1 and g.version >= v.turn group by g.resource
        ), elsewhere as (
          select c.zone, c.name as cell, b.resource, b.generation
          from cells home join cells c on c.zone < home.zone
          join cell_versions p on p.cell = c.name and p.pinned_version is null
          join compiled_generations held on held.cell = c.name
          join brought b on b.resource = held.resource
          where home.name = $1 group by c.zone, c.name, b.resource, b.generation
        ), needed as (
          select e.zone, e.cell, e.resource, min(g.version) as version
          from elsewhere e
          left join compiled_generations g
            on g.cell = e.cell and g.resource = e.resource and g.generation >= e.generation
          group by e.zone, e.cell, e.resource
        ), cells_needed as (
          select zone, cell, max(version) as version, bool_or(version is null) as missing
          from needed group by zone, cell
        )
        select zone, cell, version,
               missing and exists (
                 select 1 from cell_snapshots s join cell_versions v on v.cell = s.cell and v.turn = s.version
                 where s.cell = $1 and s.made_at > $2)
        from cells_needed order by zone, cell
        """;

    private const string OfferSql =
        """
        insert into node_offers (node_id, version, offered_at, waiting_since) values ($1, $2, $3, $3)
        on conflict (node_id) do update set
          version = excluded.version, offered_at = excluded.offered_at,
          waiting_since = case when $4 then excluded.waiting_since else node_offers.waiting_since end
        """;

    private const string PhaseSql =
        """
        insert into cell_rollouts (cell, proven, phase, reason) values ($1, $2, $3, $4)
        on conflict (cell) do update set
          proven = greatest(cell_rollouts.proven, excluded.proven), phase = excluded.phase, reason = excluded.reason
        """;

    private static readonly TimeSpan CompileTime = TimeSpan.FromSeconds(10);

    /// <summary>Takes the next step of a cell; null when there is no such cell.</summary>
    public async Task<RolloutProgress?> StepAsync(string cell, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        await RunAsync(connection, "select set_config('role', 'hyperplane_system', true)", cancel);
        await RunAsync(connection, "select pg_advisory_xact_lock(hashtextextended($1, 0))", cancel, $"rollout/{cell}");
        DateTimeOffset now = database.Now;
        var limits = new RolloutLimits(options.NodeLiveTime);
        (RolloutFacts Facts, RolloutPhase Phase, string? Reason)? read = await ReadAsync(connection, cell, cancel);
        if (read is not { } state)
            return null;
        RolloutFacts facts = state.Facts;
        RolloutStep step = RolloutRules.Decide(facts, limits, now);
        if (step.Next is not null && await EarlierZoneAsync(connection, cell, limits, now, cancel) is { } zone)
        {
            facts = facts with { EarlierZone = zone };
            step = RolloutRules.Decide(facts, limits, now);
        }

        if (step.Next is { } next)
            await RunAsync(
                connection, OfferSql, cancel, next.Id, (long)facts.Version, now, next.Running >= next.Offered);
        ulong proven = step.Phase == RolloutPhase.Done ? Math.Max(facts.Proven, facts.Version) : facts.Proven;
        bool isNews = step.Next is not null || proven != facts.Proven;
        if (isNews || step.Phase != state.Phase || step.Reason != state.Reason)
            await RunAsync(
                connection, PhaseSql, cancel, cell, (long)proven, (short)step.Phase,
                (object?)step.Reason ?? DBNull.Value);
        if (isNews)
            await RunAsync(connection, "select pg_notify('hyperplane_rollouts', $1)", cancel, cell);
        await transaction.CommitAsync(cancel);
        return Progress(facts, proven, step.Next);
    }

    private static RolloutProgress Progress(RolloutFacts facts, ulong proven, RolloutNode? next) => new(
        proven,
        facts.Nodes.Where(node => node.Offered > 0 || node == next)
            .ToFrozenDictionary(node => node.Id, node => node == next ? facts.Version : node.Offered));

    private static async Task<(RolloutFacts Facts, RolloutPhase Phase, string? Reason)?> ReadAsync(
        NpgsqlConnection connection, string cell, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (string sql in new[] { FactsSql, NodesSql })
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { Value = cell } } });
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        (ulong version, ulong turn, ulong proven) =
            ((ulong)reader.GetInt64(0), (ulong)reader.GetInt64(1), (ulong)reader.GetInt64(2));
        var phase = (RolloutPhase)reader.GetInt16(3);
        string? reason = reader.IsDBNull(4) ? null : reader.GetString(4);
        await reader.NextResultAsync(cancel);
        return (new RolloutFacts(version, turn, proven, await NodesAsync(reader, cancel)), phase, reason);
    }

    private static async Task<List<RolloutNode>> NodesAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var nodes = new List<RolloutNode>();
        while (await reader.ReadAsync(cancel))
            nodes.Add(new RolloutNode(reader.GetInt32(0), reader.GetString(1))
            {
                Draining = reader.GetBoolean(2),
                ReportedAt = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                Running = reader.IsDBNull(4) ? 0 : (ulong)reader.GetInt64(4),
                Refused = reader.IsDBNull(5) ? 0 : (ulong)reader.GetInt64(5),
                Refusal = reader.IsDBNull(6) ? null : reader.GetString(6),
                Announces = reader.GetBoolean(7),
                Offered = reader.IsDBNull(8) ? 0 : (ulong)reader.GetInt64(8),
                OfferedAt = reader.IsDBNull(9) ? default : reader.GetFieldValue<DateTimeOffset>(9),
                WaitingSince = reader.IsDBNull(10) ? default : reader.GetFieldValue<DateTimeOffset>(10),
            });
        return nodes;
    }

    /// <summary>The first of the zones before that does not run what this cell's version brought.</summary>
    private static async Task<string?> EarlierZoneAsync(
        NpgsqlConnection connection, string cell, RolloutLimits limits, DateTimeOffset now, CancellationToken cancel)
    {
        var needed = new List<(string Zone, string Cell, ulong Version)>();
        await using (var command = new NpgsqlCommand(EarlierSql, connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = cell });
            command.Parameters.Add(new NpgsqlParameter { Value = now - CompileTime });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (reader.GetBoolean(3))
                    return reader.GetString(0);
                if (!reader.IsDBNull(2))
                    needed.Add((reader.GetString(0), reader.GetString(1), (ulong)reader.GetInt64(2)));
            }
        }

        foreach ((string zone, string earlier, ulong version) in needed)
        {
            await using var command = new NpgsqlCommand(NodesSql, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = earlier });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
            if (!RolloutRules.Runs(await NodesAsync(reader, cancel), version, limits, now))
                return zone;
        }

        return null;
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
