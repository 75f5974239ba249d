using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Hyperplane.Controller.Identity;

/// <summary>
/// The region's authority, the same in all controllers: the first one to start makes it, the others read it.
/// </summary>
internal sealed class AuthorityKeeper(Database database, CellControlOptions options, TimeProvider time)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan ControllerLife = TimeSpan.FromDays(90);
    private readonly Lock _gate = new();
    private CertificateAuthority? _authority;
    private X509Certificate2? _controller;
    private SslStreamCertificateContext? _context;

    /// <summary>Once started.</summary>
    public CertificateAuthority Authority =>
        _authority ?? throw new InvalidOperationException("the authority is not read yet");

    /// <summary>This controller's own certificate; a new one once two thirds of its life are over.</summary>
    public SslStreamCertificateContext ControllerCertificate()
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_context is null || now >= new DateTimeOffset(_controller!.NotBefore) + (ControllerLife * 2 / 3))
            {
                _controller = Authority.IssueController(now, ControllerLife);
                _context = SslStreamCertificateContext.Create(_controller, additionalCertificates: null, offline: true);
            }

            return _context;
        }
    }

    /// <summary>Reads the authority, or makes it; throws <see cref="AuthorityException"/> when the key that seals it
    /// is another one.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        AuthorityRow row =
            await database.RunAsync(null, db => FindOrAddAsync(db, cancellationToken), cancellationToken);
        _authority = CertificateAuthority.Open(row.Certificate, row.SealedKey, options.AuthorityKey)
            ?? throw new AuthorityException(
                "the authority's key is sealed with another key than this one: every controller of the region "
                + "needs the same");
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority?.Dispose();
        _controller?.Dispose();
    }

    // Two first controllers collide on the primary key; the work of the later one is begun anew and finds the row.
    private async Task<AuthorityRow> FindOrAddAsync(HyperplaneDb db, CancellationToken cancel)
    {
        if (await db.Authorities.AsNoTracking().SingleOrDefaultAsync(cancel) is { } found)
            return found;
        using var made = CertificateAuthority.Create(database.Now);
        var row = new AuthorityRow
        {
            Certificate = made.Certificate.RawData,
            SealedKey = made.Seal(options.AuthorityKey),
            CreatedAt = database.Now,
        };
        db.Authorities.Add(row);
        return row;
    }
}
