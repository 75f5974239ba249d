using System.Collections.Concurrent;
using System.Data;
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
/// once.
/// </remarks>
internal sealed class SnapshotMaker(Database database)
{
    private readonly ConcurrentDictionary<string, CellMemory> _memories = new(StringComparer.Ordinal);

    /// <summary>Versions above this are taken for damage: half of what the database can count.</summary>
    public const ulong HighestVersion = 1UL << 62;

    private const int MaxAttempts = 10;

    /// <summary>The cell's newest snapshot; null when there is no such cell.</summary>
    /// <param name="cell">The cell's name.</param>
    /// <param name="fence">The highest version a node ever accepted: a store that fell behind jumps above it.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="whole">Reads all of the cell, whatever is remembered of it.</param>
    public async Task<MadeSnapshot?> MakeAsync(
        string cell, ulong fence, CancellationToken cancel, bool whole = false)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(cell, fence, whole, cancel);
            }
            catch (PostgresException failure) when (attempt < MaxAttempts
                && failure.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<MadeSnapshot?> OnceAsync(string cell, ulong fence, bool whole, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        string key = $"compile/{cell}";
        await RunAsync(connection, "select pg_advisory_lock(hashtextextended($1, 0))", cancel, key);
        try
        {
            await using NpgsqlTransaction transaction =
                await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            await RunAsync(connection, "select set_config('role', 'hyperplane_system', true)", cancel);
            CellMemory memory = _memories.GetOrAdd(cell, static _ => new CellMemory());
            List<CellChange> changes = await ChangesAsync(connection, cell, cancel);
            CellPart? part = !whole && memory.Unseen(changes) is var (loadBalancers, groups)
                ? await CellPart.ReadAsync(connection, cell, loadBalancers, groups, cancel)
                : null;
            DesiredRead? read = await DesiredReader.ReadAsync(connection, cell, part, cancel);
            if (read is null)
            {
                _memories.TryRemove(cell, out _);
                return null;
            }

            Snapshot snapshot = SnapshotCompiler.Compile(read.Desired);
            memory.Take(part, snapshot);
            byte[] contentHash = SHA256.HashData(memory.Assemble(snapshot));
            bool known = read.Version >= fence
                && read.ContentHash is not null
                && read.ContentHash.AsSpan().SequenceEqual(contentHash);
            ulong version = known ? read.Version : Math.Max(read.Version, fence) + 1;
            SnapshotCompiler.Stamp(snapshot, read.Desired, version);
            if (!known)
                await NumberAsync(connection, cell, contentHash, version, cancel);
            GenerationLedger ledger = await GenerationLedger.ReadAsync(connection, cell, part, cancel);
            await ledger.WriteAsync(connection, version, cancel);
            await transaction.CommitAsync(cancel);
            memory.Keep(changes);
            return new MadeSnapshot(new CompiledSnapshot(snapshot, memory.Assemble(snapshot)), read.Changes);
        }
        finally
        {
            if (connection.State == ConnectionState.Open)
                await RunAsync(
                    connection, "select pg_advisory_unlock(hashtextextended($1, 0))", CancellationToken.None, key);
        }
    }

    private static async Task<List<CellChange>> ChangesAsync(
        NpgsqlConnection connection, string cell, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select id, resource from cell_changes where cell = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = cell } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var changes = new List<CellChange>();
        while (await reader.ReadAsync(cancel))
            changes.Add(
                new CellChange(reader.GetInt64(0), await reader.IsDBNullAsync(1, cancel) ? null : reader.GetString(1)));
        return changes;
    }

    private static async Task NumberAsync(
        NpgsqlConnection connection, string cell, byte[] contentHash, ulong version, CancellationToken cancel)
    {
        await RunAsync(
            connection,
            "update cell_versions set version = $2, content_hash = $3 where cell = $1",
            cancel,
            cell,
            (long)version,
            contentHash);
        await RunAsync(
            connection,
            """
            update vip_addresses set gone_in_version = $2
            where cell = $1 and free_at is not null and gone_in_version is null
            """,
            cancel,
            cell,
            (long)version);
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
