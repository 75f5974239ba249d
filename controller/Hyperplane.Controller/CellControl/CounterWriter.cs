using Hyperplane.Controller.Stats;
using Npgsql;

namespace Hyperplane.Controller.CellControl;

/// <summary>Writes what nodes counted. A node counts from 0 at every start; what it counted before is kept beside, so
/// that sums never fall.</summary>
internal static class CounterWriter
{
    private const string CountSql =
        "update node_counters set counts = $3 where node_id = $1 and start = $2 and counts <> $3";

    private const string BeginSql =
        """
        insert into node_counters (node_id, start, counts, before) select id, $2, $3, $4 from nodes where id = $1
        on conflict (node_id) do update
          set start = excluded.start, counts = excluded.counts, before = excluded.before
          where node_counters.start <= excluded.start
        """;

    /// <summary>The counters of a start that was written before.</summary>
    public static void Add(NpgsqlBatch batch, int nodeId, ulong start, byte[] counts) =>
        ReportWriter.Add(batch, CountSql, nodeId, (long)start, counts);

    /// <summary>The first counters of a start, as far as this process knows.</summary>
    public static async Task BeginAsync(
        NpgsqlBatch batch, NpgsqlConnection connection, int nodeId, ulong start, byte[] counts,
        CancellationToken cancel)
    {
        byte[] before = [];
        await using (var command = new NpgsqlCommand(
            "select start, counts, before from node_counters where node_id = $1", connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = nodeId });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
                before = (ulong)reader.GetInt64(0) < start
                    ? CountRows.Past((byte[])reader[1], (byte[])reader[2])
                    : (byte[])reader[2];
        }

        ReportWriter.Add(batch, BeginSql, nodeId, (long)start, counts, before);
    }
}
