using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Client;

/// <summary>Judges the API's certificate and remembers why it was refused, if it was.</summary>
internal sealed class ServerTrust
{
    private readonly Uri _endpoint;
    private readonly X509Certificate2Collection? _authorities;

    /// <summary>Trusts these authorities alone; null: the system's.</summary>
    public ServerTrust(Uri endpoint, X509Certificate2Collection? authorities)
    {
        _endpoint = endpoint;
        _authorities = authorities;
        Options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, shown, chain, errors) => IsTrusted(shown, chain, errors),
        };
        if (authorities is null)
            return;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        Options.CertificateChainPolicy = policy;
    }

    /// <summary>For the connections.</summary>
    public SslClientAuthenticationOptions Options { get; }

    /// <summary>The last refusal; null when there was none.</summary>
    public TrustRefusal? Refusal { get; private set; }

    private bool IsTrusted(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = errors == SslPolicyErrors.None ? null : Describe(shown as X509Certificate2, chain, errors);
        return Refusal is null;
    }

    private TrustRefusal Describe(X509Certificate2? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is null)
            return new(TrustFault.None, "it shows no certificate");
        bool isOutOfTime =
            chain?.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid) ?? false;
        if (isOutOfTime)
            return new(
                TrustFault.OutOfTime,
                $"its certificate holds from {Text(shown.NotBefore)} to {Text(shown.NotAfter)}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            && !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return new(TrustFault.OtherName, $"its certificate is not for {_endpoint.Host}");
        return new(
            TrustFault.OtherIssuer,
            _authorities is null
                ? $"this machine does not know the issuer of its certificate ({shown.Issuer})"
                : $"its certificate was not issued by those in the CA file ({shown.Issuer})");
    }

    private static string Text(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
