using System.Globalization;

namespace Hyperplane.Bgp;

/// <summary>A tag on a route, written <c>64512:100</c> (RFC 1997).</summary>
public readonly record struct BgpCommunity(ushort High, ushort Low) : IComparable<BgpCommunity>
{
    /// <summary>GRACEFUL_SHUTDOWN 65535:0: use another path while there is one (RFC 8326).</summary>
    public static readonly BgpCommunity GracefulShutdown = new(65535, 0);

    /// <summary>NO_EXPORT 65535:65281.</summary>
    public static readonly BgpCommunity NoExport = new(65535, 65281);

    /// <summary>Both halves as the wire has them.</summary>
    public uint Value => ((uint)High << 16) | Low;

    /// <summary>From the wire's 32 bits.</summary>
    public static BgpCommunity FromValue(uint value) => new((ushort)(value >> 16), (ushort)value);

    /// <summary>Reads <c>high:low</c>, each 0..65535; false for anything else.</summary>
    public static bool TryParse(string? text, out BgpCommunity community)
    {
        community = default;
        string[] halves = (text ?? "").Split(':');
        if (halves.Length != 2
            || !ushort.TryParse(halves[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort high)
            || !ushort.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort low))
            return false;
        community = new BgpCommunity(high, low);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(BgpCommunity other) => Value.CompareTo(other.Value);

    /// <summary>By value.</summary>
    public static bool operator <(BgpCommunity left, BgpCommunity right) => left.Value < right.Value;

    /// <summary>By value.</summary>
    public static bool operator >(BgpCommunity left, BgpCommunity right) => left.Value > right.Value;

    /// <summary>By value.</summary>
    public static bool operator <=(BgpCommunity left, BgpCommunity right) => left.Value <= right.Value;

    /// <summary>By value.</summary>
    public static bool operator >=(BgpCommunity left, BgpCommunity right) => left.Value >= right.Value;

    /// <summary><c>65535:0</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High}:{Low}");
}
