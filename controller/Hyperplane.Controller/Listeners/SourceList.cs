using System.Globalization;
using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.Listeners;

/// <summary>A listener's list of allowed or denied clients: a set of prefixes of either family, which may
/// overlap.</summary>
internal static class SourceList
{
    private const int MaxPrefixes = 64;

    /// <summary>Adds what is wrong with a list of a request, each with its place.</summary>
    public static void Check(List<FieldError> errors, IReadOnlyList<string> texts, string pointer)
    {
        if (texts.Count > MaxPrefixes)
        {
            errors.Add(Rules.Invalid(pointer, $"At most {MaxPrefixes} prefixes are allowed."));
            return;
        }

        foreach ((int index, string text) in texts.Index())
        {
            if (!TryRead(text, out _))
                errors.Add(Rules.Invalid(
                    string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}"),
                    $"{Refuse.Quote(text)} is neither a prefix without host bits, such as 192.0.2.0/24 or "
                    + "2001:db8::/48, nor an address."));
        }
    }

    /// <summary>The prefixes of a list that was found right, IPv4 first, in order of their addresses, each once; an
    /// address alone is a prefix of its whole length.</summary>
    public static IPNetwork[] Read(IReadOnlyList<string> texts) =>
    [
        .. texts.Select(text => TryRead(text, out IpPrefix prefix) ? prefix : default).Distinct()
            .OrderBy(prefix => prefix.First.Bits).ThenBy(prefix => prefix.First.Value).ThenBy(prefix => prefix.Length)
            .Select(prefix => prefix.ToNetwork()),
    ];

    /// <summary>As answers have them; IPv6 as RFC 5952 writes it.</summary>
    public static string[] Write(IPNetwork[] prefixes) => Array.ConvertAll(prefixes, prefix => prefix.ToString());

    private static bool TryRead(string? text, out IpPrefix prefix)
    {
        if (!Ip.TryParse(text, out Ip address))
            return IpPrefix.TryParse(text, out prefix);
        prefix = new IpPrefix(address, address.Bits);
        return true;
    }
}
