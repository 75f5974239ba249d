using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Terraform.Api;

/// <summary>Judges the API's certificate and remembers why it was refused, if it was.</summary>
internal sealed class ServerTrust
{
    private readonly Uri _endpoint;
    private readonly bool _hasAuthorities;

    /// <summary>Trusts these authorities alone; null: the system's.</summary>
    public ServerTrust(Uri endpoint, X509Certificate2Collection? authorities)
    {
        _endpoint = endpoint;
        _hasAuthorities = authorities is not null;
        Options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, shown, _, errors) => IsTrusted(shown, errors),
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

    /// <summary>The last refusal in words; null when there was none.</summary>
    public string? Refusal { get; private set; }

    private bool IsTrusted(X509Certificate? shown, SslPolicyErrors errors)
    {
        Refusal = errors switch
        {
            SslPolicyErrors.None => null,
            SslPolicyErrors.RemoteCertificateNameMismatch => $"its certificate is not for {_endpoint.Host}",
            _ when shown is null => "it shows no certificate",
            _ when _hasAuthorities =>
                $"its certificate (issuer {shown.Issuer}, valid until {shown.GetExpirationDateString()}) is not one of "
                + "those in ca_file, or is out of date",
            _ => $"this machine does not know the issuer of its certificate ({shown.Issuer}): give it in ca_file",
        };
        return Refusal is null;
    }
}
