using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Snapshots;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Controller.Rollouts;

/// <summary>Brings the newest snapshots from node to node: a step whenever a node reported, and every quarter of a
/// second while one is under way.</summary>
internal sealed partial class RolloutDriver(
    SnapshotCatalog catalog,
    RolloutStore store,
    Notifications notifications,
    TimeProvider time,
    ILogger<RolloutDriver> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>Raised when a snapshot was made that not every node may have.</summary>
    public AsyncSignal Begun { get; } = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (Task woken = Task.CompletedTask; ;)
            {
                // One that nothing has ended yet goes on to listen: signals do not collect listeners.
                if (woken.IsCompleted)
                    woken = Task.WhenAny(
                        Begun.NextAsync(), notifications.Status.NextAsync(), notifications.Rollouts.NextAsync());
                IReadOnlyList<string> held = catalog.Held;
                foreach (string cell in held)
                    await StepAsync(cell, stoppingToken);
                await AsyncSignal.WaitAsync(woken, held.Count > 0 ? Tick : Idle, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task StepAsync(string cell, CancellationToken cancel)
    {
        try
        {
            if (await store.StepAsync(cell, cancel) is { } progress)
                catalog.Slot(cell).Advance(progress);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
        {
            LogFailed(log, cell, failure.Message);
        }
    }

    [LoggerMessage(
        2104, LogLevel.Warning, "Cell {Cell}: no step of its roll-out: {Reason}; the next one comes in a moment")]
    private static partial void LogFailed(ILogger log, string cell, string reason);
}
