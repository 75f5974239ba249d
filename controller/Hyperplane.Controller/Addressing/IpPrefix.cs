using System.Globalization;
using System.Net;

namespace Hyperplane.Controller.Addressing;

/// <summary>A prefix of addresses of either family, no host bit set.</summary>
/// <param name="First">Its lowest address.</param>
/// <param name="Length">How many leading bits its addresses share: 0 to 32, or to 128 with IPv6.</param>
internal readonly record struct IpPrefix(Ip First, int Length)
{
    /// <summary>Its highest address.</summary>
    public Ip Last => new(First.Value | HostBits);

    /// <summary>How many addresses it has; the largest number that there is when it has more.</summary>
    public long Count => HostBits >= long.MaxValue ? long.MaxValue : (long)HostBits + 1;

    private UInt128 HostBits => Length == 0 && !First.IsIpv4
        ? UInt128.MaxValue
        : (UInt128.One << (First.Bits - Length)) - 1;

    /// <summary>Reads <c>198.18.0.0/20</c>; a set host bit or another spelling of the length is refused.</summary>
    public static bool TryParse(string? text, out IpPrefix prefix)
    {
        prefix = default;
        string[] parts = text?.Split('/') ?? [];
        if (parts.Length != 2
            || !Ip.TryParse(parts[0], out Ip first)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > first.Bits
            || (parts[1].Length > 1 && parts[1][0] == '0'))
            return false;
        prefix = new IpPrefix(first, length);
        return (first.Value & prefix.HostBits) == 0;
    }

    /// <summary>The prefix of a network read from the database.</summary>
    public static IpPrefix FromNetwork(IPNetwork network) => new(Ip.From(network.BaseAddress), network.PrefixLength);

    /// <summary>As the database takes it.</summary>
    public IPNetwork ToNetwork() => new(First.ToIPAddress(), Length);

    /// <summary>Whether the address lies inside.</summary>
    public bool Contains(Ip address) => address.Value >= First.Value && address.Value <= Last.Value;

    /// <summary>Whether any address lies in both.</summary>
    public bool Overlaps(IpPrefix other) => First.Value <= other.Last.Value && other.First.Value <= Last.Value;

    /// <summary>The <paramref name="index"/>th part of the given length.</summary>
    public IpPrefix Slice(int length, int index) =>
        new(new Ip(First.Value + ((UInt128)index << (First.Bits - length))), length);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}/{Length}");
}
