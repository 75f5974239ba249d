using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Rpc;

/// <summary>Judges certificates of an authority that both ends know, without the system's trust.</summary>
public static class IssuedCertificate
{
    /// <summary>For <see cref="Judge"/>: the holder is a server (RFC 5280 4.2.1.12).</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>For <see cref="Judge"/>: the holder is a client.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <summary>So much the clocks of two machines may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const int LeafAndAuthority = 2;

    /// <summary>Why a certificate was not issued by the authority itself for this purpose; null when it was.</summary>
    public static string? Judge(X509Certificate2 certificate, X509Certificate2 authority, string purpose)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authority);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // The machine's own clock has no tolerance; see JudgeTime.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (!chain.Build(certificate))
            return $"was not issued by this authority for this purpose ({Reasons(chain)})";
        return chain.ChainElements.Count == LeafAndAuthority ? null : "was not issued by this authority itself";
    }

    /// <summary>Why a certificate does not hold at this time, give or take <see cref="ClockSkew"/>; null when it
    /// does.</summary>
    public static string? JudgeTime(X509Certificate2 certificate, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (now + ClockSkew < new DateTimeOffset(certificate.NotBefore))
            return $"is not valid before {Text(certificate.NotBefore)}; the clock here says {Text(now.UtcDateTime)}";
        return now - ClockSkew > new DateTimeOffset(certificate.NotAfter)
            ? $"expired at {Text(certificate.NotAfter)}"
            : null;
    }

    private static string Reasons(X509Chain chain) =>
        string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());

    private static string Text(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
