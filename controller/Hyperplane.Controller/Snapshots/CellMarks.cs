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
        "select turn, pinned_version, removals_version, restored_at from cell_versions where cell = $1";

    /// <summary>Whether the snapshot is not simply what tenants want.</summary>
    public bool IsSpecial => PinnedVersion is not null || RestoredAt is not null;

    /// <summary>As they are; null when there is no such cell.</summary>
    public static async Task<CellMarks?> ReadAsync(NpgsqlConnection connection, string cell, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = cell });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        return new CellMarks(
            (ulong)reader.GetInt64(0),
            reader.IsDBNull(1) ? null : (ulong)reader.GetInt64(1),
            (ulong)reader.GetInt64(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3));
    }
}
