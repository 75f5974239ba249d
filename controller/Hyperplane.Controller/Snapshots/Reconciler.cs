using Hyperplane.Controller.Rollouts;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// Keeps the catalog up with the database: woken by notices, sure by polling, and from scratch once a minute.
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

    /// <summary>Compiles a cell now, with a version above what a node accepted before the store lost it.</summary>
    public async Task CompileAsync(string cell, ulong fence, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        MadeSnapshot? made = await maker.MakeAsync(cell, fence, cancel);
        if (made is null)
            return;
        CellSlot slot = catalog.Slot(cell);
        ulong? before = slot.Current?.Version;
        slot.Offer(made);
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
        long? lastFull = null;
        long lastPoll = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            Task woken = notifications.Cells.NextAsync();
            try
            {
                IReadOnlyList<string> named = notifications.TakeDirtyCells();
                bool full = lastFull is null || time.GetElapsedTime(lastFull.Value) >= options.FullInterval;
                if (full || named.Count == 0 || time.GetElapsedTime(lastPoll) >= options.PollInterval)
                {
                    lastPoll = time.GetTimestamp();
                    named = [.. named.Union(await ChangedAsync(full, stoppingToken), StringComparer.Ordinal)];
                }

                await CompileAsync(named, stoppingToken);
                if (full)
                    lastFull = lastPoll;
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

            await WaitAsync(woken, stoppingToken);
        }
    }

    private async Task WaitAsync(Task woken, CancellationToken cancel)
    {
        try
        {
            await AsyncSignal.WaitAsync(woken, options.PollInterval, time, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The loop ends.
        }
    }

    private Task CompileAsync(IReadOnlyList<string> cells, CancellationToken cancel) => Parallel.ForEachAsync(
        cells,
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

    /// <summary>All cells, or those whose outbox is not as it was when they were compiled.</summary>
    private async Task<List<string>> ChangedAsync(bool full, CancellationToken cancel)
    {
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
            if (full || catalog.Find(cell)?.Changes != mark)
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
        2103, LogLevel.Warning, "The desired state could not be read: {Reason}; agents go on with what they have")]
    private static partial void LogPollFailed(ILogger log, string reason);
}
