using System.Net;

namespace Hyperplane.Server;

/// <summary>Where agents find the controller: a unix socket or an IP address and port.</summary>
/// <param name="SocketPath">The unix socket's path; null for TCP.</param>
/// <param name="EndPoint">Address and port; null for a unix socket.</param>
internal sealed record ControlAddress(string? SocketPath, IPEndPoint? EndPoint)
{
    // sockaddr_un.sun_path has 108 bytes with its closing zero (unix(7)).
    private const int LongestSocketPathBytes = 107;
    private const string UnixScheme = "unix:";

    /// <summary>What is allowed, for a message.</summary>
    public const string Allowed = "unix:/PATH of at most 107 bytes, or https://ADDRESS:PORT with an IP address";

    /// <summary>Reads <c>unix:/path</c> or <c>https://address:port</c>; null when it is neither.</summary>
    public static ControlAddress? TryParse(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            string path = text[UnixScheme.Length..];
            bool fits = System.Text.Encoding.UTF8.GetByteCount(path) <= LongestSocketPathBytes;
            return path.StartsWith('/') && fits ? new ControlAddress(path, null) : null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url.Scheme == Uri.UriSchemeHttps
            && url.PathAndQuery == "/"
            && IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address)
            ? new ControlAddress(null, new IPEndPoint(address, url.Port))
            : null;
    }
}
