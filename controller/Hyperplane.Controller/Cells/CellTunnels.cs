using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.Cells;

/// <summary>Where a cell's tunnels without a port begin, read and checked.</summary>
/// <param name="Ipv4">Null: at the node's own address.</param>
/// <param name="Ipv6">The same over IPv6.</param>
internal sealed record CellTunnels(IpPrefix? Ipv4, IpPrefix? Ipv6)
{
    private const string At = "/tunnelSourcePrefix";
    private const string Ipv6At = "/ipv6TunnelSourcePrefix";
    private const int ShortestLength = 8;
    private const int ShortestIpv6Length = 16;

    // What does not vary spreads nothing.
    private const int HostBits = 2;

    /// <summary>None, one, or one a family.</summary>
    public IEnumerable<IpPrefix> Prefixes => new[] { Ipv4, Ipv6 }.OfType<IpPrefix>();

    /// <summary>Reads the request; what is wrong is added to the errors.</summary>
    public static CellTunnels Read(Cell cell, List<FieldError> errors) => new(
        ReadPrefix(errors, cell.TunnelSourcePrefix, isIpv4: true, ShortestLength, At),
        ReadPrefix(errors, cell.Ipv6TunnelSourcePrefix, isIpv4: false, ShortestIpv6Length, Ipv6At));

    /// <summary>Those of a stored cell.</summary>
    public static CellTunnels Of(CellRow cell) => new(
        cell.TunnelSourcePrefix is { } ipv4 ? IpPrefix.FromNetwork(ipv4) : null,
        cell.Ipv6TunnelSourcePrefix is { } ipv6 ? IpPrefix.FromNetwork(ipv6) : null);

    /// <summary>Whether an address lies in one of them.</summary>
    public bool Contains(Ip address) => Prefixes.Any(prefix => prefix.Contains(address));

    /// <summary>The errors of prefixes that somebody else has already.</summary>
    public IEnumerable<FieldError> Taken(
        IEnumerable<ZoneRow> zones, IEnumerable<AddressPoolRow> pools, IEnumerable<CellRow> otherCells,
        IEnumerable<NodeRow> nodes)
    {
        foreach (IpPrefix prefix in Prefixes)
        {
            string? whose = zones.FirstOrDefault(zone => ZonePools.Of(zone).Overlaps(prefix)) is { } zone
                ? $"a pool of zone {zone.Name}"
                : pools.FirstOrDefault(one => IpPrefix.FromNetwork(one.Prefix).Overlaps(prefix)) is { } pool
                ? $"address pool {pool.Name}"
                : otherCells.FirstOrDefault(cell => Of(cell).Prefixes.Any(prefix.Overlaps)) is { } cell
                ? $"that of cell {cell.Name}"
                : nodes.FirstOrDefault(node => prefix.Contains(Ip.From(node.Address))
                    || (node.Ipv6Address is { } ipv6 && prefix.Contains(Ip.From(ipv6)))) is { } node
                ? $"the address of node {node.Cell}/{node.Name}"
                : null;
            if (whose is not null)
                yield return new FieldError(
                    prefix.First.IsIpv4 ? At : Ipv6At, "address_in_use", $"It overlaps {whose}.");
        }
    }

    private static IpPrefix? ReadPrefix(
        List<FieldError> errors, string? text, bool isIpv4, int shortest, string pointer)
    {
        if (text is null)
            return null;
        if (IpPrefix.TryParse(text, out IpPrefix prefix)
            && prefix.First.IsIpv4 == isIpv4
            && prefix.Length >= shortest
            && prefix.Length <= prefix.First.Bits - HostBits
            && prefix.First.IsHost
            && prefix.Last.IsHost)
            return prefix;
        errors.Add(Rules.Invalid(
            pointer,
            $"An IPv{(isIpv4 ? 4 : 6)} prefix with no host bit set and a length of {shortest} to "
            + $"{(isIpv4 ? 32 : 128) - HostBits} is allowed."));
        return null;
    }
}
