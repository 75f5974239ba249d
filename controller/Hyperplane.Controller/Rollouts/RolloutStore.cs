using System.Collections.Frozen;
using System.Data;
using Hyperplane.Controller.Contracts.Snapshots;
using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Rollouts;

/// <summary>Takes the steps of roll-outs in the database: one controller at a time, whichever comes first.</summary>
internal sealed class RolloutStore(Database database, ControllerOptions options)
{
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

    private const string BroughtSql =
        """
        select g.resource, max(g.generation),
               exists (select 1 from cell_snapshots s where s.cell = $1 and s.version = v.turn and s.made_at > $2)
        from cell_versions v join compiled_generations g on g.cell = v.cell and g.version >= v.turn
        where v.cell = $1 group by g.resource, v.turn
        """;

    // By cell: what nobody else has is looked for nowhere.
    private const string EarlierSql =
        """
        select c.zone, c.name, g.resource, g.generation, g.version
        from cells home join cells c on c.zone < home.zone
        join cell_versions p on p.cell = c.name and p.pinned_version is null
        join compiled_generations g on g.cell = c.name
        where home.name = $1 and g.resource = any($2) order by c.zone, c.name
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
    /// <remarks>Compared here and not by a join: to a planner that believes few rows to be new, all of a large cell is
    /// a minute's work. A pinned cell, or one that does not get it compiled in ten seconds, holds nobody up.</remarks>
    private static async Task<string?> EarlierZoneAsync(
        NpgsqlConnection connection, string cell, RolloutLimits limits, DateTimeOffset now, CancellationToken cancel)
    {
        (Dictionary<string, long> brought, bool isFresh) = await BroughtAsync(connection, cell, now, cancel);
        foreach (EarlierCell earlier in await EarlierAsync(connection, cell, brought, cancel))
        {
            if (earlier.IsMissing)
            {
                if (isFresh)
                    return earlier.Zone;
                if (earlier.Version == 0)
                    continue;
            }

            await using var command = new NpgsqlCommand(NodesSql, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = earlier.Cell });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
            if (!RolloutRules.Runs(await NodesAsync(reader, cancel), earlier.Version, limits, now))
                return earlier.Zone;
        }

        return null;
    }

    /// <summary>What came with the cell's turn, and whether that was a moment ago.</summary>
    private static async Task<(Dictionary<string, long> Brought, bool IsFresh)> BroughtAsync(
        NpgsqlConnection connection, string cell, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(BroughtSql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = cell });
        command.Parameters.Add(new NpgsqlParameter { Value = now - CompileTime });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var brought = new Dictionary<string, long>(StringComparer.Ordinal);
        bool isFresh = false;
        while (await reader.ReadAsync(cancel))
        {
            brought.Add(reader.GetString(0), reader.GetInt64(1));
            isFresh = reader.GetBoolean(2);
        }

        return (brought, isFresh);
    }

    /// <summary>The cells of zones before that hold some of it, in order of zones.</summary>
    private static async Task<IReadOnlyList<EarlierCell>> EarlierAsync(
        NpgsqlConnection connection, string cell, Dictionary<string, long> brought, CancellationToken cancel)
    {
        if (brought.Count == 0)
            return [];
        await using var command = new NpgsqlCommand(EarlierSql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = cell });
        command.Parameters.Add(new NpgsqlParameter { Value = brought.Keys.ToArray() });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var cells = new List<EarlierCell>();
        while (await reader.ReadAsync(cancel))
        {
            (string zone, string name, string resource) =
                (reader.GetString(0), reader.GetString(1), reader.GetString(2));
            if (cells.Count == 0 || cells[^1].Cell != name)
                cells.Add(new EarlierCell(zone, name));
            cells[^1].Hold(
                resource, reader.GetInt64(3) >= brought[resource] ? (ulong)reader.GetInt64(4) : null);
        }

        return cells;
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
