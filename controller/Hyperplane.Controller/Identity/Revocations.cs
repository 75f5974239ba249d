using System.Collections.Frozen;
using Hyperplane.Controller.Signals;
using Hyperplane.Controller.Store;
using Hyperplane.Rpc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Controller.Identity;

/// <summary>
/// The serial numbers of revoked certificates that have not expired; read again at every notice, and at least once in
/// a poll's interval. While the database is away, what was read last holds.
/// </summary>
internal sealed partial class Revocations(
    Database database, Notifications notifications, CellControlOptions options, TimeProvider time,
    ILogger<Revocations> log) : BackgroundService
{
    private volatile FrozenSet<string>? _serials;

    /// <summary>Whether a certificate was revoked; null while nothing was read yet.</summary>
    public bool? IsRevoked(string serial) => _serials?.Contains(serial);

    /// <summary>Reads them now.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        DateTimeOffset since = database.Now - IssuedCertificate.ClockSkew;
        List<string> serials = await database.RunAsync(
            null,
            db => db.NodeCertificates.AsNoTracking()
                .Where(row => row.RevokedAt != null && row.NotAfter > since).Select(row => row.Serial)
                .ToListAsync(cancel),
            cancel);
        _serials = serials.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task changed = notifications.Identities.NextAsync();
            try
            {
                await ReadAsync(stoppingToken);
                await AsyncSignal.WaitAsync(changed, options.PollInterval, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (
                failure is NpgsqlException or TimeoutException or IOException
                || failure is InvalidOperationException { InnerException: NpgsqlException })
            {
                LogFailed(log, failure.Message);
                await Task.Delay(options.PollInterval, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(2401, LogLevel.Warning, "Reading the revoked certificates failed: {Reason}; those read before hold")]
    private static partial void LogFailed(ILogger log, string reason);
}
