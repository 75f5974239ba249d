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

    private const string LockSql =
        """
        select pg_advisory_lock(hash) from (
          select hashtextextended('compile/' || cell, 0) as hash from unnest($1) cell order by 1) l
        """;

    private const string UnlockSql =
        "select pg_advisory_unlock(hashtextextended('compile/' || cell, 0)) from unnest($1) cell";

    /// <summary>The cell's newest snapshot; null when there is no such cell.</summary>
    /// <param name="cell">The cell's name.</param>
    /// <param name="fence">The highest version a node ever accepted: a store that fell behind jumps above it,
    /// and keeps what its nodes serve; 0 when it did not.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="whole">Reads all of the cell, whatever is remembered of it.</param>
    public async Task<MadeSnapshot?> MakeAsync(
        string cell, ulong fence, CancellationToken cancel, bool whole = false) =>
        (await Conflicts.ExecuteAsync(async stop => await OnceAsync([cell], fence, whole, stop), cancel))
        .GetValueOrDefault(cell);

    /// <summary>The newest snapshots of many cells, all of them read in one pass; those that are not there are left
    /// out.</summary>
    public async Task<IReadOnlyDictionary<string, MadeSnapshot>> MakeWholeAsync(
        string[] cells, CancellationToken cancel) =>
        await Conflicts.ExecuteAsync(async stop => await OnceAsync(cells, fence: 0, whole: true, stop), cancel);

    /// <summary>Those of some cells of which changes say that all has to be read.</summary>
    public async Task<HashSet<string>> WholeAmongAsync(string[] cells, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, BeginSql, cancel);
        Dictionary<string, List<CellChange>> changes = await ChangesAsync(connection, cells, cancel);
        return
        [
            .. cells.Where(cell => !_memories.TryGetValue(cell, out CellMemory? memory)
                || memory.IsTooOldFor(Of(changes, cell))),
        ];
    }

    private async Task<Dictionary<string, MadeSnapshot>> OnceAsync(
        string[] cells, ulong fence, bool whole, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await RunAsync(connection, LockSql, cancel, (object)cells);
        try
        {
            await using NpgsqlTransaction transaction =
                await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            await RunAsync(connection, BeginSql, cancel);
            Dictionary<string, List<CellChange>> changes = await ChangesAsync(connection, cells, cancel);
            Dictionary<string, CellMarks> marks = await CellMarks.ReadAsync(connection, cells, cancel);
            bool isPart = !whole && fence == 0 && cells.Length == 1
                && marks.GetValueOrDefault(cells[0]) is { IsSpecial: false };
            CellPart? part = isPart && Memory(cells[0]).Unseen(Of(changes, cells[0])) is var (loadBalancers, groups)
                ? await CellPart.ReadAsync(connection, cells[0], loadBalancers, groups, cancel)
                : null;
            Dictionary<string, DesiredRead> reads = await DesiredReader.ReadAsync(connection, cells, part, cancel);
            foreach (string gone in cells.Except(reads.Keys))
                _memories.TryRemove(gone, out _);
            CellBuild[] builds = [.. reads.Values.Select(read => Begin(read, part, marks[read.Desired.Cell], fence))];
            await AmendAsync(connection, builds, cancel);
            // The database reads the one while the other is built.
            Task<Dictionary<string, GenerationLedger>> reading = GenerationLedger.ReadAsync(
                connection,
                builds.Where(build => build.Marks.PinnedVersion is null)
                    .ToDictionary(build => build.Cell, build => build.Read.Held, StringComparer.Ordinal),
                part,
                cancel);
            try
            {
                Build(builds, cancel);
            }
            finally
            {
                await Task.WhenAny(reading);
            }

            Dictionary<string, GenerationLedger> ledgers = await reading;
            var made = new Dictionary<string, MadeSnapshot>(StringComparer.Ordinal);
            foreach (CellBuild build in builds)
            {
                made[build.Cell] = new MadeSnapshot(await WriteAsync(connection, build, cancel), build.Read.Changes);
                if (ledgers.TryGetValue(build.Cell, out GenerationLedger? ledger))
                    await ledger.WriteAsync(connection, build.Frame.Version, cancel);
            }

            await transaction.CommitAsync(cancel);
            foreach (CellBuild build in builds)
                build.Keep(Of(changes, build.Cell));
            return made;
        }
        finally
        {
            if (connection.State == ConnectionState.Open)
                await RunAsync(connection, UnlockSql, CancellationToken.None, (object)cells);
        }
    }

    private static List<CellChange> Of(Dictionary<string, List<CellChange>> changes, string cell) =>
        changes.GetValueOrDefault(cell, []);

    private CellMemory Memory(string cell) => _memories.GetOrAdd(cell, static _ => new CellMemory());

    private CellBuild Begin(DesiredRead read, CellPart? part, CellMarks marks, ulong fence)
    {
        // One that was marked already goes on above its nodes' versions, and one that was never behind is left alone.
        bool fellBehind = fence > 0 && (fence > read.Version || marks.RestoredAt is null);
        if (fellBehind && marks.RestoredAt is null)
            marks = marks with { RestoredAt = database.Now };
        return new CellBuild(Memory(read.Desired.Cell), read, part, marks, fellBehind ? fence : 0);
    }

    /// <summary>Builds those where an operator or an accident has a say.</summary>
    private static async Task AmendAsync(NpgsqlConnection connection, CellBuild[] builds, CancellationToken cancel)
    {
        foreach (CellBuild build in builds.Where(build => build.Marks.IsSpecial))
            build.Build(await AmendedAsync(connection, build.Read.Desired, build.Marks, cancel));
    }

    /// <summary>Builds the others.</summary>
    private static void Build(CellBuild[] builds, CancellationToken cancel) => Parallel.ForEach(
        builds.Where(build => !build.Marks.IsSpecial),
        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel },
        build => build.Build(SnapshotCompiler.Compile(build.Read.Desired)));

    /// <summary>Numbers what is new.</summary>
    private async Task<CompiledSnapshot> WriteAsync(
        NpgsqlConnection connection, CellBuild build, CancellationToken cancel)
    {
        CellMarks marks = build.Marks;
        if (build.IsKnown)
            return new CompiledSnapshot(build.Frame, build.Data, marks.Turn);
        SnapshotDiff? diff = await CompareAsync(connection, build, cancel);
        // Without anything to compare with, only a cell's first version is surely an addition.
        bool isGentle = !build.FellBehind && (diff?.IsGentle ?? build.Read.Version == 0);
        var made = new CompiledSnapshot(build.Frame, build.Data, isGentle ? marks.Turn : build.Frame.Version);
        await NumberAsync(connection, build, made.Turn, cancel);
        await SnapshotArchive.AddAsync(
            connection, build.Cell, made, diff, marks.PinnedVersion, database.Now, cancel);
        return made;
    }

    private static async Task<Dictionary<string, List<CellChange>>> ChangesAsync(
        NpgsqlConnection connection, string[] cells, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "select cell, id, resource from cell_changes where cell = any($1)", connection)
        {
            Parameters = { new NpgsqlParameter { Value = cells } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var changes = new Dictionary<string, List<CellChange>>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            string cell = reader.GetString(0);
            if (!changes.TryGetValue(cell, out List<CellChange>? own))
                changes.Add(cell, own = []);
            own.Add(new CellChange(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        return changes;
    }

    private static async Task<CompiledCell> AmendedAsync(
        NpgsqlConnection connection, CellDesired desired, CellMarks marks, CancellationToken cancel)
    {
        Snapshot snapshot = SnapshotCompiler.Compile(desired).ToSnapshot();
        if (marks.PinnedVersion is { } pinned
            && await SnapshotArchive.LoadAsync(connection, desired.Cell, pinned, cancel) is { } repeated)
            SnapshotCompiler.Repeat(snapshot, repeated);
        if (marks.RestoredAt is not null)
            (await KeptVips.ReadAsync(connection, desired.Cell, cancel)).AddTo(snapshot);
        return CompiledCell.Of(snapshot);
    }

    private static async Task NumberAsync(
        NpgsqlConnection connection, CellBuild build, ulong turn, CancellationToken cancel)
    {
        await RunAsync(
            connection,
            """
            update cell_versions set version = $2, content_hash = $3, turn = $4, restored_at = $5 where cell = $1
            """,
            cancel,
            build.Cell,
            (long)build.Frame.Version,
            build.ContentHash,
            (long)turn,
            (object?)build.Marks.RestoredAt ?? DBNull.Value);
        // What a pin serves again after it was gone goes anew when the pin ends.
        await RunAsync(
            connection,
            """
            update vip_addresses set gone_in_version = case when address = any($3) then $2 end
            where cell = $1 and free_at is not null and (gone_in_version is null) = (address = any($3))
            """,
            cancel,
            build.Cell,
            (long)build.Frame.Version,
            build.Frame.Tombstones.Select(tombstone => new IPAddress(tombstone.Address.Span)).ToArray());
    }

    /// <summary>What is new since the version before; null when nobody knows that any more.</summary>
    private static async Task<SnapshotDiff?> CompareAsync(
        NpgsqlConnection connection, CellBuild build, CancellationToken cancel)
    {
        if (build.Taken?.Version == build.Read.Version)
            return build.Taken.Compare(build.Frame);
        return await SnapshotArchive.LoadAsync(connection, build.Cell, build.Read.Version, cancel) is { } before
            ? SnapshotDiff.Of(before, Snapshot.Parser.ParseFrom(build.Data))
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
