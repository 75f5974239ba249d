using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Terraform.Plugin;

/// <summary>What Terraform said in the environment when it started the plugin.</summary>
/// <param name="ClientCertificate">The only client to let in; null: anyone, without TLS.</param>
/// <param name="SocketFolder">Where the socket is made; null: a folder of its own.</param>
/// <param name="IsMultiplexed">Whether the answer tells that connections are not multiplexed.</param>
internal sealed record Handshake(X509Certificate2? ClientCertificate, string? SocketFolder, bool IsMultiplexed)
{
    /// <summary>Of the plugin protocol, the one spoken here.</summary>
    public const int ProtocolVersion = 6;

    private const string CookieVariable = "TF_PLUGIN_MAGIC_COOKIE";
    private const string Cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

    /// <summary>Reads the environment; a sentence for a person when no Terraform that can be served is there.</summary>
    public static (Handshake? Handshake, string? Refusal) Read(Func<string, string?> variable)
    {
        if (variable(CookieVariable) != Cookie)
            return (null, "This program is a plugin: Terraform starts it. See README.md, \"Use it from Terraform\".");
        string versions = variable("PLUGIN_PROTOCOL_VERSIONS") ?? "";
        if (versions.Length > 0 && !versions.Split(',').Contains("6", StringComparer.Ordinal))
            return (null, $"Terraform speaks the plugin protocols {versions}; this provider needs 6.");
        X509Certificate2? client = null;
        try
        {
            if (variable("PLUGIN_CLIENT_CERT") is { Length: > 0 } pem)
                client = X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException e)
        {
            return (null, $"PLUGIN_CLIENT_CERT is no certificate: {e.Message}");
        }

        string? folder = variable("PLUGIN_UNIX_SOCKET_DIR") is { Length: > 0 } given ? given : null;
        return (new Handshake(client, folder, variable("PLUGIN_MULTIPLEX_GRPC") is { Length: > 0 }), null);
    }

    /// <summary>The one line of standard output: where the plugin listens and what it shows there.</summary>
    public string Answer(string socket, X509Certificate2? shown)
    {
        string certificate = shown is null ? "" : Convert.ToBase64String(shown.RawData).TrimEnd('=');
        string line = $"1|{ProtocolVersion}|unix|{socket}|grpc|{certificate}";
        return IsMultiplexed ? line + "|false" : line;
    }
}
