using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What operators and accidents said of a cell's snapshots.</summary>
/// <param name="Turn">The newest version that was no mere addition to the one before.</param>
/// <param name="PinnedVersion">The version whose content of tenants it repeats; null when it follows them.</param>
/// <param name="RemovalsVersion">Nodes that run an older one may lose any VIP; 0 for none.</param>
/// <param name="RestoredAt">When the store was found older than its nodes; null when it was not.</param>
internal sealed record CellMarks(ulong Turn, ulong? PinnedVersion, ulong RemovalsVersion, DateTimeOffset? RestoredAt)
{
    private const string Sql =
        """
        select cell, turn, pinned_version, removals_version, restored_at from cell_versions where cell = any($1)
        """;

    /// <summary>Whether the snapshot is not simply what tenants want.</summary>
    public bool IsSpecial => PinnedVersion is not null || RestoredAt is not null;

    /// <summary>As they are, by cell; those that are not there are left out.</summary>
    public static async Task<Dictionary<string, CellMarks>> ReadAsync(
        NpgsqlConnection connection, string[] cells, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = cells });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var marks = new Dictionary<string, CellMarks>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
            marks[reader.GetString(0)] = new CellMarks(
                (ulong)reader.GetInt64(1),
                reader.IsDBNull(2) ? null : (ulong)reader.GetInt64(2),
                (ulong)reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4));
        return marks;
    }
}
