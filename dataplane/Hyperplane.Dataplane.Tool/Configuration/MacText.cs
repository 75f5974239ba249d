using System.Globalization;

namespace Hyperplane.Dataplane.Tool.Configuration;

/// <summary>MAC addresses in words.</summary>
internal static class MacText
{
    private const int Octets = 6;

    /// <summary>Six octets from six pairs of hexadecimal digits with colons or dashes between; null for anything
    /// else.</summary>
    public static byte[]? Parse(string text)
    {
        string[] pairs = text.Split(':', '-');
        if (pairs.Length != Octets)
            return null;
        var octets = new byte[Octets];
        for (int i = 0; i < Octets; i++)
        {
            const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
            if (pairs[i].Length != 2 || !byte.TryParse(pairs[i], Hex, CultureInfo.InvariantCulture, out octets[i]))
                return null;
        }
        return octets;
    }

    /// <summary>With colons.</summary>
    public static string Of(ReadOnlySpan<byte> octets) =>
        string.Join(':', Convert.ToHexStringLower(octets).Chunk(2).Select(pair => new string(pair)));

    /// <summary>Of an address in the low 48 bits of a little-endian word.</summary>
    public static string Of(ulong mac) => Of(BitConverter.GetBytes(mac).AsSpan(0, Octets));
}
