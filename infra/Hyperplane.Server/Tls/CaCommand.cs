using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Rpc;

namespace Hyperplane.Server.Tls;

/// <summary>
/// <c>hyperplane-server ca init</c>: a small authority of one's own for the API, and a certificate by it. Where there
/// is one already, only the certificate is made anew.
/// </summary>
internal static class CaCommand
{
    /// <summary>What is printed when the words are wrong.</summary>
    public const string Usage =
        "usage: hyperplane-server ca init --out DIR --name ADDRESS|NAME [--name …]\n"
        + "makes ca.pem, ca.key, api.pem and api.key in DIR";

    private const int MostNames = 16;
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3_650);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(365);

    /// <summary>Runs it; gives one of <see cref="ExitCodes"/>.</summary>
    public static int Run(IReadOnlyList<string> words, TimeProvider time, TextWriter output, TextWriter error)
    {
        if (Read(words) is not var (folder, names))
        {
            error.WriteLine(Usage);
            return ExitCodes.WrongSetting;
        }

        try
        {
            Directory.CreateDirectory(folder);
            using CertificateIssuer issuer = Open(folder, time.GetUtcNow());
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (string name in names)
                Add(alternatives, name);
            using X509Certificate2 server =
                issuer.IssueServer("hyperplane-api", alternatives, time.GetUtcNow(), ServerLife);
            Write(folder, "api", server);
            output.WriteLine($"{Path.Combine(folder, "ca.pem")} is what clients trust: HYPERPLANE_CA_FILE");
            output.WriteLine(
                $"{Path.Combine(folder, "api.pem")} and api.key are the API's, until "
                + $"{server.NotAfter.ToUniversalTime():u}");
            return ExitCodes.Done;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            error.WriteLine($"ca init: {e.Message}");
            return ExitCodes.CannotStart;
        }
    }

    private static (string Folder, List<string> Names)? Read(IReadOnlyList<string> words)
    {
        (string? folder, var names) = (null, new List<string>());
        if (words is not ["ca", "init", ..] || words.Count % 2 != 0)
            return null;
        for (int i = 2; i < words.Count; i += 2)
        {
            switch (words[i], words[i + 1])
            {
                case ("--out", { Length: > 0 } path) when folder is null:
                    folder = path;
                    break;
                case ("--name", { Length: > 0 } name)
                    when IPAddress.TryParse(name, out _) || Uri.CheckHostName(name) == UriHostNameType.Dns:
                    names.Add(name);
                    break;
                default:
                    return null;
            }
        }

        return folder is null || names.Count is 0 or > MostNames ? null : (folder, names);
    }

    private static CertificateIssuer Open(string folder, DateTimeOffset now)
    {
        string path = Path.Combine(folder, "ca.pem");
        if (File.Exists(path))
            return new CertificateIssuer(X509Certificate2.CreateFromPemFile(path, Path.Combine(folder, "ca.key")));
        CertificateIssuer made = CertificateIssuer.Create("Hyperplane API", now, AuthorityLife);
        Write(folder, "ca", made.Certificate);
        return made;
    }

    private static void Add(SubjectAlternativeNameBuilder names, string name)
    {
        if (IPAddress.TryParse(name, out IPAddress? address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
    }

    // The key first: a certificate without its key would stop the server.
    private static void Write(string folder, string name, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        Replace(Path.Combine(folder, name + ".key"), key.ExportPkcs8PrivateKeyPem(), Secret);
        Replace(
            Path.Combine(folder, name + ".pem"), certificate.ExportCertificatePem(),
            Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static void Replace(string path, string content, UnixFileMode mode)
    {
        string temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var writer = new StreamWriter(temporary, options))
            writer.WriteLine(content);
        File.Move(temporary, path, overwrite: true);
    }
}
