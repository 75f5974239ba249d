using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Writes down which version first had which generation of what a cell holds; the newest four are kept.
/// </summary>
/// <remarks>
/// Compared here and not by a join: a planner that believes the table empty would take hours over a large cell. What
/// left the cell is forgotten whole: should it come back, an old version would not have it.
/// </remarks>
internal sealed class GenerationLedger
{
    private const string KnownSql =
        """
        select cell, array_agg(resource), array_agg(generation) from (
          select cell, resource, max(generation) as generation from compiled_generations
          where cell = any($1) and ($2 is null or resource = any($2)) group by cell, resource) known
        group by cell
        """;

    private const string AddSql =
        """
        insert into compiled_generations (resource, cell, generation, version)
        select resource, $1, generation, $2 from unnest($3::text[], $4::bigint[]) a (resource, generation)
        """;

    private const string OutdatedSql =
        """
        delete from compiled_generations c using unnest($2::text[], $3::bigint[]) a (resource, generation)
        where c.resource = a.resource and c.cell = $1 and c.generation <= a.generation - 4
        """;

    private const string LeftSql = "delete from compiled_generations where cell = $1 and resource = any($2)";
    private readonly string _cell;
    private readonly string[] _resources;
    private readonly long[] _generations;
    private readonly string[] _left;

    private GenerationLedger(
        string cell, IReadOnlyDictionary<string, long> held, Dictionary<string, long> known)
    {
        _cell = cell;
        KeyValuePair<string, long>[] added =
            [.. held.Where(entry => !known.TryGetValue(entry.Key, out long newest) || newest < entry.Value)];
        _resources = [.. added.Select(entry => entry.Key)];
        _generations = [.. added.Select(entry => entry.Value)];
        _left = [.. known.Keys.Where(resource => !held.ContainsKey(resource))];
    }

    /// <summary>Compares what cells hold with what is written down.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="held">What each cell holds, as far as it was read.</param>
    /// <param name="part">Of which load balancers and groups that is; null: of all.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Dictionary<string, GenerationLedger>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> held,
        CellPart? part,
        CancellationToken cancel)
    {
        string[]? only = part is null ? null : [.. part.LoadBalancers, .. part.Groups];
        await using var command = new NpgsqlCommand(KnownSql, connection)
        {
            Parameters = { new NpgsqlParameter { Value = held.Keys.ToArray() }, DesiredReader.Only(only) },
        };
        Dictionary<string, Dictionary<string, long>> known = new(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            known.Add(
                reader.GetString(0),
                reader.GetFieldValue<string[]>(1).Zip(reader.GetFieldValue<long[]>(2))
                    .ToDictionary(entry => entry.First, entry => entry.Second, StringComparer.Ordinal));
        return held.ToDictionary(
            cell => cell.Key,
            cell => new GenerationLedger(cell.Key, cell.Value, known.GetValueOrDefault(cell.Key, [])),
            StringComparer.Ordinal);
    }

    /// <summary>Writes down what is new; nothing when nothing is.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, ulong version, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (_resources.Length > 0)
        {
            Add(batch, AddSql, _cell, (long)version, _resources, _generations);
            Add(batch, OutdatedSql, _cell, _resources, _generations);
        }

        if (_left.Length > 0)
            Add(batch, LeftSql, _cell, _left);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancel);
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
