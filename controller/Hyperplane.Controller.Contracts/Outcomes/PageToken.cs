using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>
/// The continuation of a list as a client carries it, opaque to it: where the page before ended, as
/// <c>pSERIAL[.MARK[.NAME]]</c>. A place, not a row: the row may go meanwhile.
/// </summary>
/// <param name="Serial">The serial number of the last row; hexadecimal in the text.</param>
/// <param name="Mark">What tells the query from others; <c>A-Z a-z 0-9</c> or empty.</param>
/// <param name="Name">The last row's name, or port, when these order the list, else empty.</param>
public readonly record struct PageToken(long Serial, string Mark = "", string Name = "")
{
    private const int MaxChars = 128;
    private const int MaxSerialDigits = 16;

    /// <summary>Reads a token. False when it is none of ours.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PageToken token)
    {
        token = default;
        if (text is null || text.Length is < 2 or > MaxChars || text[0] != 'p')
            return false;
        string[] parts = text[1..].Split('.');
        if (parts.Length > 3 || parts[0].Length > MaxSerialDigits
            || !long.TryParse(
                parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long serial)
            || serial < 0
            || !parts[1..].All(part => part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            return false;
        token = new PageToken(
            serial, parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
        return true;
    }

    /// <summary>As a client carries it.</summary>
    public override string ToString()
    {
        string serial = string.Create(CultureInfo.InvariantCulture, $"p{Serial:x}");
        return (Mark, Name) switch
        {
            ("", "") => serial,
            (_, "") => $"{serial}.{Mark}",
            _ => $"{serial}.{Mark}.{Name}",
        };
    }
}
