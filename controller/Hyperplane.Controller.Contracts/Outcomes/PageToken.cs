using System.Globalization;

namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>
/// The continuation of a list as a client carries it: opaque to it, the last seen serial number to us.
/// </summary>
public static class PageToken
{
    /// <summary>Writes the token of the page that begins after <paramref name="serial"/>.</summary>
    public static string Format(long serial) => string.Create(CultureInfo.InvariantCulture, $"p{serial:x}");

    /// <summary>Reads a token; null is the beginning. False when it is not one of ours.</summary>
    public static bool TryParse(string? token, out long serial)
    {
        serial = 0;
        return token is null
            || (token.Length is >= 2 and <= 17
                && token[0] == 'p'
                && long.TryParse(
                    token.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out serial)
                && serial >= 0);
    }
}
