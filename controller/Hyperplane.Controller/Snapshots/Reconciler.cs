using System.Collections.Concurrent;
using Hyperplane.Controller.Rollouts;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Keeps the catalog up with the database: woken by notices, sure by polling, and by reading each cell whole once a
/// minute.
/// </summary>
/// <remarks>A cell whose compilation fails is tried again at the next poll; the others are not held up.</remarks>
internal sealed partial class Reconciler(
    Database database,
    SnapshotMaker maker,
    SnapshotCatalog catalog,
    RolloutDriver rollouts,
    Notifications notifications,
    CellControlOptions options,
    TimeProvider time,
    ILogger<Reconciler> log) : BackgroundService
{
    private const int MaxParallel = 4;
    private readonly ConcurrentDictionary<string, CellPace> _paces = new(StringComparer.Ordinal);

    /// <summary>Compiles a cell now, with a version above what a node accepted before the store lost it.</summary>
    public async Task CompileAsync(string cell, ulong fence, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        bool whole = Pace(cell).IsWholeDue;
        Take(cell, await maker.MakeAsync(cell, fence, cancel, whole), began, whole);
    }

    private CellPace Pace(string cell) => _paces.GetOrAdd(cell, _ => new CellPace(cell, time, options.FullInterval));

    private void Take(string cell, MadeSnapshot? made, long began, bool whole)
    {
        if (made is null)
        {
            _paces.TryRemove(cell, out _);
            return;
        }

        CellSlot slot = catalog.Slot(cell);
        ulong? before = slot.Current?.Version;
        slot.Offer(made);
        _paces.GetValueOrDefault(cell)?.MarkCompiled(began, whole);
        if (slot.IsHeld)
            rollouts.Begun.Raise();
        if (before != made.Snapshot.Version)
            LogCompiled(
                log,
                cell,
                made.Snapshot.Version,
                made.Snapshot.TotalBytes,
                (long)time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long? lastPoll = null;
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            Task woken = notifications.Cells.NextAsync();
            try
            {
                long began = time.GetTimestamp();
                wanted.UnionWith(notifications.TakeDirtyCells());
                bool isFirst = lastPoll is null;
                if (wanted.Count == 0 || isFirst || time.GetElapsedTime(lastPoll!.Value) >= options.PollInterval)
                {
                    wanted.UnionWith(await ChangedAsync(stoppingToken));
                    lastPoll = began;
                }

                string[] due = [.. wanted.Where(cell => PauseOf(cell) == TimeSpan.Zero)];
                wanted.ExceptWith(due);
                await CompileAsync(due, stoppingToken);
                if (isFirst)
                    LogFilled(log, due.Length, (long)time.GetElapsedTime(began).TotalMilliseconds);
                catalog.MarkFilled();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
            {
                LogPollFailed(log, failure.Message);
            }

            TimeSpan pause = wanted.Select(PauseOf).Append(options.PollInterval).Min();
            await WaitAsync(woken, pause, stoppingToken);
        }
    }

    private TimeSpan PauseOf(string cell) => _paces.GetValueOrDefault(cell)?.Pause ?? TimeSpan.Zero;

    private async Task WaitAsync(Task woken, TimeSpan pause, CancellationToken cancel)
    {
        try
        {
            await AsyncSignal.WaitAsync(woken, pause, time, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The loop ends.
        }
    }

    private async Task CompileAsync(string[] cells, CancellationToken cancel)
    {
        HashSet<string> done = await CompileWholeAsync(cells, cancel);
        await Parallel.ForEachAsync(
            cells.Where(cell => !done.Contains(cell)),
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancel },
            async (cell, stop) =>
            {
                try
                {
                    await CompileAsync(cell, fence: 0, stop);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    LogCompileFailed(log, failure, cell);
                }
            });
    }

    /// <summary>Compiles those that have to be read whole in one pass, where most cells are due; gives those that are
    /// done.</summary>
    private async Task<HashSet<string>> CompileWholeAsync(string[] cells, CancellationToken cancel)
    {
        if (cells.Length < 2 || cells.Length * 2 <= _paces.Count)
            return [];
        long began = time.GetTimestamp();
        HashSet<string> whole = await maker.WholeAmongAsync(cells, cancel);
        whole.UnionWith(cells.Where(cell => Pace(cell).IsWholeDue));
        if (whole.Count < 2)
            return [];
        try
        {
            IReadOnlyDictionary<string, MadeSnapshot> made = await maker.MakeWholeAsync([.. whole], cancel);
            foreach (string cell in whole)
                Take(cell, made.GetValueOrDefault(cell), began, whole: true);
            return whole;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogPassFailed(log, failure, whole.Count);
            return [];
        }
    }

    /// <summary>Cells whose outbox is not as it was when they were compiled, and those that are to be read
    /// whole.</summary>
    private async Task<List<string>> ChangedAsync(CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        var changed = new List<string>();
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select set_config('role', 'hyperplane_system', true)"),
                new NpgsqlBatchCommand(
                    """
                    select c.name, count(x.id), coalesce(sum(x.id), 0)::bigint
                    from cells c left join cell_changes x on x.cell = c.name group by c.name
                    """),
            },
        };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            string cell = reader.GetString(0);
            var mark = new ChangeMark(reader.GetInt64(1), reader.GetInt64(2));
            bool isSame = catalog.Find(cell)?.Changes == mark;
            CellPace? pace = _paces.GetValueOrDefault(cell);
            if (isSame)
                pace?.MarkSure(began);
            if (!isSame || pace is null or { IsWholeDue: true })
                changed.Add(cell);
        }

        return changed;
    }

    [LoggerMessage(
        2101, LogLevel.Information, "Cell {Cell}: version {Version}, {Bytes} bytes, compiled in {Milliseconds} ms")]
    private static partial void LogCompiled(ILogger log, string cell, ulong version, int bytes, long milliseconds);

    [LoggerMessage(2102, LogLevel.Error, "Cell {Cell} could not be compiled; the next poll tries again")]
    private static partial void LogCompileFailed(ILogger log, Exception failure, string cell);

    [LoggerMessage(
        2104, LogLevel.Information, "All {Count} cells compiled in {Milliseconds} ms")]
    private static partial void LogFilled(ILogger log, int count, long milliseconds);

    [LoggerMessage(
        2105, LogLevel.Warning, "{Count} cells could not be compiled in one pass; each is compiled by itself")]
    private static partial void LogPassFailed(ILogger log, Exception failure, int count);

    [LoggerMessage(
        2103, LogLevel.Warning, "The desired state could not be read: {Reason}; agents go on with what they have")]
    private static partial void LogPollFailed(ILogger log, string reason);
}
