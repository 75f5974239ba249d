using System.Collections.Concurrent;
using Hyperplane.Controller.Contracts.Requests;
using Hyperplane.Controller.Requests;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Controller.Signals;

/// <summary>
/// Listens to what other processes commit. A notice is a hint that saves waiting for the next poll, never the truth.
/// </summary>
/// <remarks>Its connection is asked for a sign of life once a second; a database that gives none for
/// <see cref="AnswerTime"/> is away.</remarks>
internal sealed partial class Notifications(
    Database database, KeyCache keys, WorkerLock worker, TimeProvider time, ILogger<Notifications> log)
    : BackgroundService, IDatabaseWatch
{
    private const int MaxDirtyCells = 1_024;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GiveUpTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(1);
    private volatile bool _isAway;
    private readonly ConcurrentDictionary<string, byte> _dirtyCells = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when a node's state or a target's health changed.</summary>
    public AsyncSignal Status { get; } = new();

    /// <summary>Raised when a node may have a snapshot, by whichever controller.</summary>
    public AsyncSignal Rollouts { get; } = new();

    /// <summary>Raised when certificates of nodes were revoked.</summary>
    public AsyncSignal Identities { get; } = new();

    /// <summary>Raised when a cell's desired state changed; <see cref="TakeDirtyCells"/> says which.</summary>
    public AsyncSignal Cells { get; } = new();

    /// <inheritdoc/>
    public bool IsAway => _isAway;

    /// <summary>Ends when the first connection listens.</summary>
    public Task Listening => _listening.Task;

    /// <summary>The cells named since the last call; more than there can be means that all may have changed.</summary>
    public IReadOnlyList<string> TakeDirtyCells()
    {
        string[] cells = [.. _dirtyCells.Keys];
        foreach (string cell in cells)
            _dirtyCells.TryRemove(cell, out _);
        return cells;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.Calls.Unending<bool>(failure => Lose(failure.Outcome.Exception!))
                .ExecuteAsync(async stop => await ListenAsync(stop), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private ValueTask Lose(Exception failure)
    {
        worker.Renew();
        LogLost(log, failure.Message);
        return ValueTask.CompletedTask;
    }

    /// <summary>Listens until the connection is lost, which throws.</summary>
    private async Task<bool> ListenAsync(CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await AnswerAsync(connection.OpenAsync(cancel), cancel);
        connection.Notification += (_, notice) => Hear(notice);
        await using (var listen = new NpgsqlCommand(
            $"{worker.Sql}; listen hyperplane_cells; listen hyperplane_status; listen hyperplane_keys; "
            + "listen hyperplane_identities; "
            + "listen hyperplane_rollouts",
            connection))
            await AnswerAsync(listen.ExecuteNonQueryAsync(cancel), cancel);

        _isAway = false;

        // What was committed before is not told: assume that everything changed.
        keys.Clear();
        Status.Raise();
        Cells.Raise();
        Rollouts.Raise();
        Identities.Raise();
        _listening.TrySetResult();
        await using var ask = new NpgsqlCommand("select 1", connection);
        while (true)
        {
            if (!await connection.WaitAsync(AskInterval, cancel))
                await AskAsync(ask, cancel);
        }
    }

    /// <summary>Asks for a sign of life. A command's own timeout is of no use: it waits for a server that hangs to take
    /// its cancellation.</summary>
    private async Task AskAsync(NpgsqlCommand ask, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(GiveUpTime);
        try
        {
            await AnswerAsync(ask.ExecuteNonQueryAsync(patience.Token), patience.Token);
            _isAway = false;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer in {GiveUpTime.TotalSeconds:0} s", e);
        }
    }

    /// <summary>Waits for what the database is to answer; it is away while that takes long.</summary>
    private async Task AnswerAsync(Task answer, CancellationToken cancel)
    {
        if (await Task.WhenAny(answer, Task.Delay(AnswerTime, time, cancel)) != answer)
            _isAway = true;
        await answer;
    }

    private void Hear(NpgsqlNotificationEventArgs notice)
    {
        switch (notice.Channel)
        {
            case "hyperplane_cells":
                if (_dirtyCells.Count < MaxDirtyCells)
                    _dirtyCells.TryAdd(notice.Payload, 0);
                Cells.Raise();
                Status.Raise();
                break;
            case "hyperplane_status":
                Status.Raise();
                break;
            case "hyperplane_rollouts":
                Rollouts.Raise();
                break;
            case "hyperplane_identities":
                Identities.Raise();
                break;
            case "hyperplane_keys":
                keys.Clear();
                break;
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "Listening to PostgreSQL's notices ended: {Reason}; polling goes on")]
    private static partial void LogLost(ILogger log, string reason);
}
