using System.Collections.Concurrent;
using System.Data;
using System.Net;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Store;
using Hyperplane.Resilience;
using Npgsql;
using Polly;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Compiles a cell and gives its content a version: a new one only when it is new.</summary>
/// <remarks>
/// Makers of one cell wait for each other on an advisory lock that is taken before the transaction's snapshot, so that
/// a later version never has an older state. Any number of controllers make equal bytes of equal state, and number them
/// once. A version that is no mere addition to the one before begins a turn: it goes from node to node.
/// </remarks>
internal sealed class SnapshotMaker(Database database)
{
    private readonly ConcurrentDictionary<string, CellMemory> _memories = new(StringComparer.Ordinal);

    /// <summary>Versions above this are taken for damage: half of what the database can count.</summary>
    public const ulong HighestVersion = 1UL << 62;

    // One plan for a part and for all of a cell would be that for all.
    private const string BeginSql =
        """
        select set_config('role', 'hyperplane_system', true),
               set_config('plan_cache_mode', 'force_custom_plan', true)
        """;

    private static readonly ResiliencePipeline Conflicts = CallPipeline.Anew(
        maxAttempts: 10,
        static failure => failure is PostgresException
        {
            SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        });

    /// <summary>The cell's newest snapshot; null when there is no such cell.</summary>
    /// <param name="cell">The cell's name.</param>
    /// <param name="fence">The highest version a node ever accepted: a store that fell behind jumps above it,
    /// and keeps what its nodes serve; 0 when it did not.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="whole">Reads all of the cell, whatever is remembered of it.</param>
    public async Task<MadeSnapshot?> MakeAsync(
        string cell, ulong fence, CancellationToken cancel, bool whole = false) =>
        await Conflicts.ExecuteAsync(async stop => await OnceAsync(cell, fence, whole, stop), cancel);

    private async Task<MadeSnapshot?> OnceAsync(string cell, ulong fence, bool whole, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        string key = $"compile/{cell}";
        await RunAsync(connection, "select pg_advisory_lock(hashtextextended($1, 0))", cancel, key);
        try
        {
            await using NpgsqlTransaction transaction =
                await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            await RunAsync(connection, BeginSql, cancel);
            CellMemory memory = _memories.GetOrAdd(cell, static _ => new CellMemory());
            List<CellChange> changes = await ChangesAsync(connection, cell, cancel);
            CellMarks? marks = await CellMarks.ReadAsync(connection, cell, cancel);
            bool isPart = !whole && fence == 0 && marks is { IsSpecial: false };
            CellPart? part = isPart && memory.Unseen(changes) is var (loadBalancers, groups)
                ? await CellPart.ReadAsync(connection, cell, loadBalancers, groups, cancel)
                : null;
            DesiredRead? read = await DesiredReader.ReadAsync(connection, cell, part, cancel);
            if (read is null || marks is null)
            {
                _memories.TryRemove(cell, out _);
                return null;
            }

            bool fellBehind = fence > 0 && (fence > read.Version || marks.RestoredAt is null);
            if (fellBehind && marks.RestoredAt is null)
                marks = marks with { RestoredAt = database.Now };
            Snapshot frame = await CompileAsync(connection, read.Desired, marks, cancel);
            TakenPieces taken = memory.Take(part, frame);
            byte[] contentHash = memory.Hash(frame);
            bool known = !fellBehind
                && read.ContentHash is not null
                && read.ContentHash.AsSpan().SequenceEqual(contentHash);
            ulong version = known ? read.Version : Math.Max(read.Version, fence) + 1;
            SnapshotCompiler.Stamp(frame, read.Desired, marks, version);
            byte[] data = memory.Assemble(frame);
            CompiledSnapshot made;
            if (known)
            {
                made = new CompiledSnapshot(frame, data, marks.Turn);
            }
            else
            {
                SnapshotDiff? diff = await CompareAsync(connection, read, taken, frame, data, cancel);
                // Without anything to compare with, only a cell's first version is surely an addition.
                bool isGentle = !fellBehind && (diff?.IsGentle ?? read.Version == 0);
                made = new CompiledSnapshot(frame, data, isGentle ? marks.Turn : version);
                await NumberAsync(connection, cell, frame, marks, contentHash, made.Turn, cancel);
                await SnapshotArchive.AddAsync(
                    connection, cell, made, diff, marks.PinnedVersion, database.Now, cancel);
            }

            if (marks.PinnedVersion is null)
            {
                GenerationLedger ledger = await GenerationLedger.ReadAsync(
                    connection, cell, read.Held, part, cancel);
                await ledger.WriteAsync(connection, version, cancel);
            }

            await transaction.CommitAsync(cancel);
            if (!marks.IsSpecial)
                memory.Keep(changes, frame);
            return new MadeSnapshot(made, read.Changes);
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

    private static async Task NumberAsync(
        NpgsqlConnection connection,
        string cell,
        Snapshot frame,
        CellMarks marks,
        byte[] contentHash,
        ulong turn,
        CancellationToken cancel)
    {
        await RunAsync(
            connection,
            """
            update cell_versions set version = $2, content_hash = $3, turn = $4, restored_at = $5 where cell = $1
            """,
            cancel,
            cell,
            (long)frame.Version,
            contentHash,
            (long)turn,
            (object?)marks.RestoredAt ?? DBNull.Value);
        // What a pin serves again after it was gone goes anew when the pin ends.
        await RunAsync(
            connection,
            """
            update vip_addresses set gone_in_version = case when address = any($3) then $2 end
            where cell = $1 and free_at is not null and (gone_in_version is null) = (address = any($3))
            """,
            cancel,
            cell,
            (long)frame.Version,
            frame.Tombstones.Select(tombstone => new IPAddress(tombstone.Address.Span)).ToArray());
    }

    /// <summary>What is new since the version before; null when nobody knows that any more.</summary>
    private static async Task<SnapshotDiff?> CompareAsync(
        NpgsqlConnection connection,
        DesiredRead read,
        TakenPieces taken,
        Snapshot frame,
        byte[] data,
        CancellationToken cancel)
    {
        if (taken.Version == read.Version)
            return taken.Compare(frame);
        return await SnapshotArchive.LoadAsync(connection, read.Desired.Cell, read.Version, cancel) is { } before
            ? SnapshotDiff.Of(before, Snapshot.Parser.ParseFrom(data))
            : null;
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
