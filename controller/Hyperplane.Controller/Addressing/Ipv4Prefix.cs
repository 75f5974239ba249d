using System.Globalization;
using System.Net;

namespace Hyperplane.Controller.Addressing;

/// <summary>An IPv4 prefix with no host bit set.</summary>
/// <param name="First">Its lowest address.</param>
/// <param name="Length">Leading bits that are fixed, 0 to 32.</param>
internal readonly record struct Ipv4Prefix(uint First, int Length)
{
    /// <summary>Its highest address.</summary>
    public uint Last => First | HostBits(Length);

    /// <summary>How many addresses it has.</summary>
    public long Count => 1L << (32 - Length);

    /// <summary>Reads <c>198.18.0.0/20</c>; a set host bit or another spelling is refused.</summary>
    public static bool TryParse(string? text, out Ipv4Prefix prefix)
    {
        prefix = default;
        string[] parts = text?.Split('/') ?? [];
        if (parts.Length != 2
            || !Ipv4.TryParse(parts[0], out uint first)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > 32
            || (parts[1].Length > 1 && parts[1][0] == '0')
            || (first & HostBits(length)) != 0)
            return false;
        prefix = new Ipv4Prefix(first, length);
        return true;
    }

    /// <summary>The prefix of a network read from the database.</summary>
    public static Ipv4Prefix FromNetwork(IPNetwork network) =>
        new(Ipv4.FromIp(network.BaseAddress), network.PrefixLength);

    /// <summary>As the database takes it.</summary>
    public IPNetwork ToNetwork() => new(Ipv4.ToIp(First), Length);

    /// <summary>Whether the address lies inside.</summary>
    public bool Contains(uint address) => address >= First && address <= Last;

    /// <summary>Whether any address lies in both.</summary>
    public bool Overlaps(Ipv4Prefix other) => First <= other.Last && other.First <= Last;

    /// <summary>The <paramref name="index"/>th part of the given length.</summary>
    public Ipv4Prefix Slice(int length, int index) => new(First + ((uint)index << (32 - length)), length);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ipv4.Format(First)}/{Length}");

    private static uint HostBits(int length) => length == 0 ? uint.MaxValue : (uint)((1UL << (32 - length)) - 1);
}
