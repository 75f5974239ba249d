using System.IO.Compression;
using System.Text.Json;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.Snapshots;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>The versions that were made of cells: the content of the last few, compressed, and a line about each of
/// many.</summary>
/// <remarks>Content is kept of the newest <see cref="Bodies"/>, of those that nodes run, and of the pinned one; lines
/// of the newest <see cref="Lines"/>.</remarks>
internal static class SnapshotArchive
{
    /// <summary>Versions whose content is kept.</summary>
    public const int Bodies = 20;

    /// <summary>Versions that are remembered at all.</summary>
    public const int Lines = 1_000;

    private const string AddSql =
        """
        insert into cell_snapshots (
          cell, version, made_at, hash, total_bytes, turn, changes, pinned_version, body)
        values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9) on conflict do nothing
        """;

    private const string PruneSql =
        """
        update cell_snapshots set body = null
        where cell = $1 and body is not null
          and version < (select version from cell_snapshots where cell = $1 order by version desc offset $2 limit 1)
          and version <> all(array(
            select running_version from node_reports r join nodes n on n.id = r.node_id where n.cell = $1))
          and version is distinct from (select pinned_version from cell_versions where cell = $1)
        """;

    private const string ForgetSql =
        """
        delete from cell_snapshots
        where cell = $1 and version is distinct from (select pinned_version from cell_versions where cell = $1)
          and version < (select version from cell_snapshots where cell = $1 order by version desc offset $2 limit 1)
        """;

    private const string ProvenSql =
        """
        select version, turn from cell_snapshots where cell = $1 and turn <= $2 and body is not null
        order by version desc limit 1
        """;

    private const string BodySql = "select body, total_bytes from cell_snapshots where cell = $1 and version = $2";

    /// <summary>Keeps a version, and forgets what is too old.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection,
        string cell,
        CompiledSnapshot snapshot,
        SnapshotDiff? diff,
        ulong? pinnedVersion,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        IReadOnlyList<SnapshotChangeCount> counts = diff?.ListCounts() ?? [];
        await using var batch = new NpgsqlBatch(connection);
        Add(
            batch,
            AddSql,
            cell,
            (long)snapshot.Version,
            now,
            snapshot.Hash.ToByteArray(),
            snapshot.TotalBytes,
            (long)snapshot.Turn,
            JsonSerializer.Serialize(counts),
            pinnedVersion is { } pinned ? (long)pinned : DBNull.Value,
            Compress(snapshot.Data));
        Add(batch, PruneSql, cell, Bodies - 1);
        Add(batch, ForgetSql, cell, Lines - 1);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The bytes of a version; null when they are not kept.</summary>
    public static async Task<byte[]?> ReadAsync(
        NpgsqlConnection connection, string cell, ulong version, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(BodySql, connection)
        {
            Parameters = { new NpgsqlParameter { Value = cell }, new NpgsqlParameter { Value = (long)version } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        return !await reader.ReadAsync(cancel) || reader.IsDBNull(0)
            ? null
            : Expand(reader.GetFieldValue<byte[]>(0), reader.GetInt32(1));
    }

    /// <summary>The newest version that every node of a cell may have, with its turn; null when none is kept.</summary>
    public static async Task<(ulong Version, ulong Turn)?> NewestProvenAsync(
        NpgsqlConnection connection, string cell, ulong proven, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(ProvenSql, connection)
        {
            Parameters = { new NpgsqlParameter { Value = cell }, new NpgsqlParameter { Value = (long)proven } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? ((ulong)reader.GetInt64(0), (ulong)reader.GetInt64(1)) : null;
    }

    /// <summary>A version; null when its content is not kept.</summary>
    public static async Task<Snapshot?> LoadAsync(
        NpgsqlConnection connection, string cell, ulong version, CancellationToken cancel) =>
        await ReadAsync(connection, cell, version, cancel) is { } bytes ? Snapshot.Parser.ParseFrom(bytes) : null;

    private static byte[] Compress(ReadOnlyMemory<byte> data)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(data.Span);
        return target.ToArray();
    }

    private static byte[] Expand(byte[] body, int totalBytes)
    {
        byte[] data = new byte[totalBytes];
        using var brotli = new BrotliStream(new MemoryStream(body), CompressionMode.Decompress);
        brotli.ReadExactly(data);
        return data;
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
