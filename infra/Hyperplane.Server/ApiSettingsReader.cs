using System.Globalization;
using System.Net;
using Hyperplane.Api;
using Hyperplane.Server.Tls;

namespace Hyperplane.Server;

/// <summary>Reads the variables of the API's role.</summary>
/// <param name="environment">Gives environment variables.</param>
/// <param name="errors">Gets all that is wrong, each naming its variable.</param>
internal sealed class ApiSettingsReader(Func<string, string?> environment, List<string> errors)
{
    private const string UrlVariable = "HYPERPLANE_API_URL";
    private const string CertificateVariable = "HYPERPLANE_API_CERT_FILE";
    private const string KeyVariable = "HYPERPLANE_API_KEY_FILE";
    private const string InsecureVariable = "HYPERPLANE_API_INSECURE";

    /// <summary>Null when the URL is missing or wrong.</summary>
    public ApiSettings? Read()
    {
        Uri? url = Url();
        ApiOptions options = Options();
        CertificateFiles? certificate = url?.Scheme == Uri.UriSchemeHttps ? Certificate() : null;
        return url is null ? null : new ApiSettings(url, certificate, options);
    }

    private Uri? Url()
    {
        if (environment(UrlVariable) is not { Length: > 0 } text)
        {
            errors.Add($"{UrlVariable}: must be set");
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.PathAndQuery != "/" || url.UserInfo.Length > 0
            || url.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            errors.Add($"{UrlVariable}: must be https://ADDRESS:PORT with an IP address, or http:// on loopback");
            return null;
        }

        string? insecure = environment(InsecureVariable);
        if (insecure is not (null or "" or "1"))
            errors.Add($"{InsecureVariable}: must be 1, or not set");
        bool isClear = url.Scheme == Uri.UriSchemeHttp
            && !IPAddress.IsLoopback(IPAddress.Parse(url.Host.Trim('[', ']')));
        if (isClear && insecure != "1")
            errors.Add(
                $"{UrlVariable}: http:// beyond loopback sends API keys in the clear; use https:// with "
                + $"{CertificateVariable} and {KeyVariable}, or set {InsecureVariable}=1 where a proxy speaks TLS "
                + "for it");
        return url;
    }

    private CertificateFiles? Certificate()
    {
        string? certificate = Required(CertificateVariable);
        string? key = Required(KeyVariable);
        if (certificate is null || key is null)
            return null;
        if (PrivateFile.Complaint(key) is { } open)
            errors.Add($"{KeyVariable}: {open}");
        (ServerCertificate? read, string? error) = ServerCertificate.Read(certificate, key);
        if (read is not null)
            return new CertificateFiles(certificate, key, read);
        errors.Add($"{CertificateVariable}: {error}");
        return null;
    }

    private ApiOptions Options()
    {
        var standard = new ApiOptions();
        return new ApiOptions
        {
            RequestsPerSecond = Number("HYPERPLANE_API_REQUESTS_PER_SECOND", 0, 1_000_000, standard.RequestsPerSecond),
            RequestBurst = Number("HYPERPLANE_API_REQUEST_BURST", 1, 1_000_000, standard.RequestBurst),
            RefusedPerSecond = Number("HYPERPLANE_API_REFUSED_PER_SECOND", 0, 1_000_000, standard.RefusedPerSecond),
            WatchesPerKey = Number("HYPERPLANE_API_WATCHES_PER_KEY", 1, 10_000, standard.WatchesPerKey),
            Watches = Number("HYPERPLANE_API_WATCHES", 1, 10_000, standard.Watches),
            WatchKeepAlive = TimeSpan.FromSeconds(Number(
                "HYPERPLANE_API_WATCH_KEEP_ALIVE_SECONDS", 1, 300, (int)standard.WatchKeepAlive.TotalSeconds)),
        };
    }

    private int Number(string name, int least, int most, int standard)
    {
        if (environment(name) is not { Length: > 0 } text)
            return standard;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= least && value <= most)
            return value;
        errors.Add($"{name}: must be a whole number from {least} to {most}");
        return standard;
    }

    private string? Required(string name)
    {
        if (environment(name) is { Length: > 0 } text)
            return text;
        errors.Add($"{name}: must be set for https://");
        return null;
    }
}
