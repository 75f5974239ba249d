using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Client;

/// <summary>Where the API is, what opens it, and whom its certificate must be from.</summary>
/// <param name="Endpoint">Of the API; ends with a slash.</param>
/// <param name="Key">The API key.</param>
/// <param name="Authorities">Issuers that are trusted, and no others; null: the system's.</param>
/// <param name="Program">Name and version, for the API's logs: <c>lbctl/1.0.0</c>.</param>
public sealed record ApiAccess(Uri Endpoint, string Key, X509Certificate2Collection? Authorities, string Program)
{
    /// <summary>An address as a person wrote it; throws <see cref="FormatException"/> with a sentence.</summary>
    public static Uri ParseEndpoint(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            || uri.Scheme is not ("http" or "https")
            || uri.Host == "")
            throw new FormatException($"'{text}' is not an address of the API: it must look like https://HOST:PORT");
        if (uri.UserInfo != "")
            throw new FormatException("the API's address must not contain a user or password");
        if (uri.Query != "" || uri.Fragment != "")
            throw new FormatException($"'{text}' is not an address of the API: it must not contain '?' or '#'");
        return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
    }

    /// <summary>A key as it came; throws <see cref="FormatException"/> when it can be none.</summary>
    public static string ParseKey(string text) => text.All(static c => c is > ' ' and <= '~')
        ? text
        : throw new FormatException("the API key has characters that no key has (a space or a line end, perhaps)");

    /// <summary>The certificates of a PEM file; throws <see cref="FormatException"/> where there is none.</summary>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(path);
            return read.Count > 0 ? read : throw new FormatException($"{path} holds no certificate in PEM");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
