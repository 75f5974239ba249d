using System.Collections.Concurrent;
using System.Data;
using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Store;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Compiles a cell and gives its content a version: a new one only when it is new.</summary>
/// <remarks>
/// Makers of one cell wait for each other on an advisory lock that is taken before the transaction's snapshot, so that
/// a later version never has an older state. Any number of controllers make equal bytes of equal state, and number them
/// once. A version that is no mere addition to the one before begins a turn: it goes from node to node.
/// </remarks>
internal sealed class SnapshotMaker(Database database)
{
    /// <summary>Versions above this are taken for damage: half of what the database can count.</summary>
    public const ulong HighestVersion = 1UL << 62;

    private const int MaxAttempts = 10;

    // What was made last, to compare the next with; nothing depends on it but time.
    private readonly ConcurrentDictionary<string, Snapshot> _last = new(StringComparer.Ordinal);

    /// <summary>The cell's newest snapshot; null when there is no such cell.</summary>
    /// <param name="cell">The cell's name.</param>
    /// <param name="fence">The highest version a node ever accepted: a store that fell behind jumps above it,
    /// and keeps what its nodes serve; 0 when it did not.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<MadeSnapshot?> MakeAsync(string cell, ulong fence, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(cell, fence, cancel);
            }
            catch (PostgresException failure) when (attempt < MaxAttempts
                && failure.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<MadeSnapshot?> OnceAsync(string cell, ulong fence, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        string key = $"compile/{cell}";
        await RunAsync(connection, "select pg_advisory_lock(hashtextextended($1, 0))", cancel, key);
        try
        {
            await using NpgsqlTransaction transaction =
                await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            await RunAsync(connection, "select set_config('role', 'hyperplane_system', true)", cancel);
            DesiredRead? read = await DesiredReader.ReadAsync(connection, cell, cancel);
            if (read is null)
                return null;
            CellMarks marks = await CellMarks.ReadAsync(connection, cell, cancel);
            bool fellBehind = fence > 0 && (fence > read.Version || marks.RestoredAt is null);
            if (fellBehind && marks.RestoredAt is null)
                marks = marks with { RestoredAt = database.Now };
            Snapshot snapshot = await CompileAsync(connection, read.Desired, marks, cancel);
            byte[] contentHash = SHA256.HashData(snapshot.ToByteArray());
            bool known = !fellBehind
                && read.ContentHash is not null
                && read.ContentHash.AsSpan().SequenceEqual(contentHash);
            ulong version = known ? read.Version : Math.Max(read.Version, fence) + 1;
            SnapshotCompiler.Stamp(snapshot, read.Desired, marks, version);
            CompiledSnapshot made = known
                ? new CompiledSnapshot(snapshot, marks.Turn)
                : await NumberAsync(connection, read, snapshot, marks, contentHash, fellBehind, cancel);
            if (marks.PinnedVersion is null)
            {
                GenerationLedger ledger = await GenerationLedger.ReadAsync(connection, cell, cancel);
                await ledger.WriteAsync(connection, version, cancel);
            }

            await transaction.CommitAsync(cancel);
            _last[cell] = snapshot;
            return new MadeSnapshot(made, read.Changes);
        }
        finally
        {
            if (connection.State == ConnectionState.Open)
                await RunAsync(
                    connection, "select pg_advisory_unlock(hashtextextended($1, 0))", CancellationToken.None, key);
        }
    }

    private static async Task<Snapshot> CompileAsync(
        NpgsqlConnection connection, CellDesired desired, CellMarks marks, CancellationToken cancel)
    {
        Snapshot snapshot = SnapshotCompiler.Compile(desired);
        if (marks.PinnedVersion is { } pinned
            && await SnapshotArchive.LoadAsync(connection, desired.Cell, pinned, cancel) is { } repeated)
            SnapshotCompiler.Repeat(snapshot, repeated);
        if (marks.RestoredAt is not null)
            (await KeptVips.ReadAsync(connection, desired.Cell, cancel)).AddTo(snapshot);
        return snapshot;
    }

    private async Task<CompiledSnapshot> NumberAsync(
        NpgsqlConnection connection,
        DesiredRead read,
        Snapshot snapshot,
        CellMarks marks,
        byte[] contentHash,
        bool fellBehind,
        CancellationToken cancel)
    {
        (string cell, ulong version) = (read.Desired.Cell, snapshot.Version);
        SnapshotDiff? diff = await CompareAsync(connection, cell, read.Version, snapshot, cancel);
        // Without anything to compare with, only a cell's first version is surely an addition.
        bool isGentle = !fellBehind && (diff?.IsGentle ?? read.Version == 0);
        var made = new CompiledSnapshot(snapshot, isGentle ? marks.Turn : version);
        await RunAsync(
            connection,
            """
            update cell_versions set version = $2, content_hash = $3, turn = $4, restored_at = $5 where cell = $1
            """,
            cancel,
            cell,
            (long)version,
            contentHash,
            (long)made.Turn,
            (object?)marks.RestoredAt ?? DBNull.Value);
        await RunAsync(
            connection,
            """
            update vip_addresses set gone_in_version = $2
            where cell = $1 and free_at is not null and gone_in_version is null and address = any($3)
            """,
            cancel,
            cell,
            (long)version,
            snapshot.Tombstones.Select(tombstone => new IPAddress(tombstone.Address.Span)).ToArray());
        await SnapshotArchive.AddAsync(connection, cell, made, diff, marks.PinnedVersion, database.Now, cancel);
        return made;
    }

    private async Task<SnapshotDiff?> CompareAsync(
        NpgsqlConnection connection, string cell, ulong before, Snapshot snapshot, CancellationToken cancel)
    {
        if (!_last.TryGetValue(cell, out Snapshot? last) || last.Version != before)
            last = await SnapshotArchive.LoadAsync(connection, cell, before, cancel);
        return last is null ? null : SnapshotDiff.Of(last, snapshot);
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
