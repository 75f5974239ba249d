using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Hyperplane.Agent.Hosting;
using Hyperplane.Cells.Contracts;
using Hyperplane.Resilience;
using Hyperplane.Rpc;
using Microsoft.Extensions.Logging;
using Polly;

namespace Hyperplane.Agent.Enrolment;

/// <summary>
/// Sees to it that the node has a certificate that holds: enrols when there is a token that was not used, renews the
/// certificate after two thirds of its life, keeps both on disk.
/// </summary>
/// <remarks>Nothing that runs waits for it: without a certificate the node goes on as without a controller.</remarks>
public sealed class CredentialKeeper : IDisposable
{
    /// <summary>How often a new token is looked for, and whether it is time to renew.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly EnrolmentConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CredentialStore _store;
    private readonly ResiliencePipeline<string?> _untilWell;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile NodeCredentials? _credentials;
    private NodeCredentials? _unkept;
    private string? _refusedToken;
    private string? _told;

    /// <summary>Reads what the disk has; connects nowhere before <see cref="RunAsync"/>.</summary>
    public CredentialKeeper(
        EnrolmentConfig config, ControllerCalls calls, TimeProvider time, Random random, ILogger log)
    {
        (_config, _time, _log) = (config, time, log);
        _store = new CredentialStore(config.StateDirectory);
        _untilWell = calls.Unending<string?>(
            new RetryPauses(FirstPause, LookInterval, random), CallLimit, TellOnce, wrong: static reason => reason);
        (_credentials, string? problem) = _store.Read();
        if (problem is not null)
            AgentLog.StoreDamaged(log, problem);
        if (_credentials is not null)
            _ready.SetResult();
    }

    /// <summary>What the node has now; null before it enrolled.</summary>
    public NodeCredentials? Credentials => _credentials;

    /// <summary>Ends once there are credentials.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _untilWell.ExecuteAsync(async attempt => await LookAsync(attempt), cancellationToken);
            await Task.Delay(LookInterval, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _credentials?.Certificate.Dispose();

    /// <summary>One look at what is to be done; says what went wrong, null when nothing did.</summary>
    internal async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Keep();
            if (NewToken() is { } token)
                await EnrollAsync(token, cancellationToken);
            else if (_credentials is { } present && _time.GetUtcNow() >= present.RenewAt)
                await RenewAsync(present, cancellationToken);
            return null;
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (RpcException e)
        {
            return Fail($"{_config.Controller}: {e.StatusCode}: {e.Status.Detail}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Fail(e.Message);
        }
    }

    /// <summary>A token that this node has not enrolled with; null when there is none.</summary>
    private EnrolmentToken? NewToken()
    {
        if (_config.TokenFile is not { } path || !File.Exists(path))
        {
            if (_credentials is null)
                TellOnce($"the node has no certificate and no token: lbctl node enroll {_config.Node} "
                    + $"--cell {_config.Cell}, into the enrolmentTokenFile");
            return null;
        }

        EnrolmentToken? token = new FileInfo(path).Length > EnrolmentToken.MaxChars + 2
            ? null
            : EnrolmentToken.TryParse(File.ReadAllText(path));
        if (token is null)
        {
            TellOnce($"{path} holds no enrolment token");
            return null;
        }

        string fingerprint = token.Fingerprint;
        bool isOld = string.Equals(fingerprint, _credentials?.TokenFingerprint, StringComparison.Ordinal)
            || string.Equals(fingerprint, _refusedToken, StringComparison.Ordinal);
        return isOld ? null : token;
    }

    private async Task EnrollAsync(EnrolmentToken token, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new EnrollRequest
        {
            Cell = _config.Cell,
            Node = _config.Node,
            Secret = ByteString.CopyFrom(token.Secret.Span),
            SigningRequest = SigningRequest(key),
        };
        using Channel channel = Open(token.Authority, certificate: null);
        try
        {
            IssuedNodeCertificate answer = await new NodeIdentityClient(channel)
                .EnrollAsync(request, new CallOptions(null, null, cancellationToken));
            Take(answer, key, token.Authority, token.Fingerprint);
            AgentLog.Enrolled(_log, Until());
        }
        catch (RpcException e) when (
            e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.InvalidArgument)
        {
            // Asking again with it is useless; another token may come.
            _refusedToken = token.Fingerprint;
            throw;
        }
    }

    private async Task RenewAsync(NodeCredentials present, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Channel channel = Open(present.Authority, present.Certificate);
        IssuedNodeCertificate answer = await new NodeIdentityClient(channel).RenewAsync(
            new RenewRequest { SigningRequest = SigningRequest(key) }, new CallOptions(null, null, cancellationToken));
        Take(answer, key, present.Authority, present.TokenFingerprint);
        AgentLog.Renewed(_log, Until());
    }

    private void Take(IssuedNodeCertificate answer, ECDsa key, X509Certificate2 authority, string fingerprint)
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(answer.Certificate.Span);
        if (IssuedCertificate.Judge(bare, authority, IssuedCertificate.ClientPurpose) is { } wrong)
            throw new CryptographicException($"the certificate that the controller sent {wrong}");
        var next = new NodeCredentials(bare.CopyWithPrivateKey(key), authority, fingerprint);
        // What was taken before may belong to connections that still live: it is not disposed of.
        _credentials = _unkept = next;
        _told = null;
        _ready.TrySetResult();
        Keep();
    }

    /// <summary>Writes what is not on disk yet; after a failure the next look tries again.</summary>
    private void Keep()
    {
        if (_unkept is null)
            return;
        _store.Write(_unkept);
        _unkept = null;
    }

    private Channel Open(X509Certificate2 authority, X509Certificate2? certificate) => Channel.ForAddress(
        _config.Controller,
        new ChannelOptions
        {
            TimeProvider = _time,
            Tls = ControllerTls.With(authority, certificate, _time),
        });

    private static ByteString SigningRequest(ECDsa key) => ByteString.CopyFrom(
        new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSigningRequest());

    private DateTimeOffset Until() => new DateTimeOffset(_credentials!.Certificate.NotAfter).ToUniversalTime();

    private string Fail(string reason)
    {
        TellOnce(reason);
        return reason;
    }

    private ValueTask TellOnce(string reason, int before, TimeSpan pause)
    {
        TellOnce(reason);
        return ValueTask.CompletedTask;
    }

    private void TellOnce(string reason)
    {
        if (string.Equals(reason, _told, StringComparison.Ordinal))
            return;
        _told = reason;
        AgentLog.NoCertificate(_log, reason);
    }
}
