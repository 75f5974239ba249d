using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Lbctl.Targets;

/// <summary>A target to register or deregister.</summary>
/// <param name="Address">An IP address.</param>
/// <param name="Port">Null: the group's port.</param>
/// <param name="Weight">Its share of new flows; null: the API's default.</param>
/// <param name="Zone">Where it is; null: near in every zone.</param>
internal sealed record TargetRequested(string Address, int? Port, int? Weight, string? Zone = null)
{
    /// <summary>
    /// Reads <c>ADDRESS[:PORT][=WEIGHT][@ZONE]</c>, an IPv6 address with a port in brackets; null when it is none.
    /// </summary>
    public static TargetRequested? TryParse(string text)
    {
        string[] places = text.Split('@');
        string? zone = places.ElementAtOrDefault(1);
        if (places.Length > 2 || (zone is not null && !IsZone(zone)))
            return null;
        string[] sides = places[0].Split('=');
        if (sides.Length > 2 || !TryNumber(sides.ElementAtOrDefault(1), 0, 999, out int? weight))
            return null;
        (string address, string? portText) = SplitPort(sides[0]);
        return IsAddress(address) && TryNumber(portText, 1, 65_535, out int? port)
            ? new TargetRequested(address, port, weight, zone)
            : null;
    }

    private static (string Address, string? Port) SplitPort(string endpoint)
    {
        int bracket = endpoint.IndexOf("]:", StringComparison.Ordinal);
        if (endpoint.StartsWith('[') && bracket > 0)
            return (endpoint[1..bracket], endpoint[(bracket + 2)..]);
        string[] parts = endpoint.Split(':');
        return parts.Length == 2 ? (parts[0], parts[1]) : (endpoint, null); // more colons: IPv6 without a port
    }

    private static bool IsAddress(string text)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address))
            return false;

        // 10.1, 0x0a000001 and 010.0.0.1 are addresses to some libraries and typing errors here.
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? text.All(static c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            : address.ToString() == text;
    }

    private static bool IsZone(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static bool TryNumber(string? text, int min, int max, out int? number)
    {
        number = null;
        if (text is null)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            || value < min
            || value > max)
            return false;
        number = value;
        return true;
    }
}
