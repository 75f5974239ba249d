using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Server.Tls;

/// <summary>
/// The API's certificate: read again when its files change, for connections from then on; what cannot be read leaves
/// the old one in use. Its end is announced in the log two weeks before, once a day.
/// </summary>
internal sealed partial class ApiCertificate(
    CertificateFiles files, TimeProvider time, ILogger<ApiCertificate> log) : BackgroundService
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);
    private static readonly TimeSpan WarnInterval = TimeSpan.FromDays(1);
    private volatile ServerCertificate _current = files.First;
    private DateTimeOffset _warnedAt = DateTimeOffset.MinValue;
    private string? _told;

    /// <summary>For the next handshake.</summary>
    public SslStreamCertificateContext Context => _current.Context;

    /// <summary>One look at the files and the clock.</summary>
    public void Look()
    {
        (ServerCertificate? read, string? error) = ServerCertificate.Read(files.CertificatePath, files.KeyPath);
        if (error is not null && !string.Equals(error, _told, StringComparison.Ordinal))
            LogKept(log, error);
        _told = error;
        if (read is not null && !CryptographicOperations.FixedTimeEquals(read.Content, _current.Content))
        {
            _current = read;
            _warnedAt = DateTimeOffset.MinValue;
            LogChanged(log, read.NotAfter.ToUniversalTime());
        }

        DateTimeOffset now = time.GetUtcNow();
        if (now < _current.NotAfter - WarnBefore || now < _warnedAt + WarnInterval)
            return;
        _warnedAt = now;
        LogEnds(log, files.CertificatePath, _current.NotAfter.ToUniversalTime());
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Look();
        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(1101, LogLevel.Information, "The API has a new certificate, until {NotAfter:u}")]
    private static partial void LogChanged(ILogger log, DateTimeOffset notAfter);

    [LoggerMessage(1102, LogLevel.Warning, "The API keeps its certificate; the new one cannot be used: {Reason}")]
    private static partial void LogKept(ILogger log, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "The API's certificate {Path} ends at {NotAfter:u}: replace the file")]
    private static partial void LogEnds(ILogger log, string path, DateTimeOffset notAfter);
}
