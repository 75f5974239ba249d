using System.Numerics;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.AddressPools;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.Cells;

/// <summary>The pools of a zone, read and checked.</summary>
/// <param name="Ipv4">Every zone has them.</param>
/// <param name="Ipv6">Null in a zone without IPv6.</param>
internal sealed record ZonePools(FamilyPools Ipv4, FamilyPools? Ipv6)
{
    private const int ShortestLength = 8;
    private const int LongestVipLength = 30;
    private const int LongestProbeLength = 30;
    private const int ShortestIpv6Length = 16;
    private const int LongestIpv6ProbeLength = 126;

    // A cell's part has the addresses of a node at least.
    private const int SnatBits = 2;

    /// <summary>How many parts they are split into.</summary>
    public int MaxCells { get; init; } = CellPools.DefaultCells;

    /// <summary>Reads the request; null when a pool is not a prefix. What is wrong is added to the errors.</summary>
    public static ZonePools? Read(Zone zone, List<FieldError> errors)
    {
        Rules.PlaceName(errors, zone.Name, "/name");
        bool isRoom = CellPools.IsRoom(zone.MaxCells);
        if (!isRoom)
            errors.Add(Rules.Invalid("/maxCells", $"A power of two from 1 to {CellPools.MostCells} is allowed."));
        int cellBits = BitOperations.Log2((uint)(isRoom ? zone.MaxCells : CellPools.DefaultCells));
        IpPrefix? vip = ReadPool(errors, zone.VipPool, 4, ShortestLength, LongestVipLength, "/vipPool");
        IpPrefix? snat = ReadPool(errors, zone.SnatPool, 4, ShortestLength, 32 - SnatBits - cellBits, "/snatPool");
        IpPrefix? probe = ReadPool(errors, zone.ProbePool, 4, ShortestLength, LongestProbeLength, "/probePool");
        if (Join(errors, vip, snat, probe, "/snatPool", "/probePool") is not { } ipv4)
            return null;
        if (zone is { Ipv6VipPool: null, Ipv6SnatPool: null, Ipv6ProbePool: null })
            return new ZonePools(ipv4, Ipv6: null) { MaxCells = zone.MaxCells };
        vip = ReadPool(
            errors, zone.Ipv6VipPool, 6, ShortestIpv6Length, CellPools.LongestIpv6Pool(ipv4.Vip), "/ipv6VipPool");
        snat = ReadPool(
            errors, zone.Ipv6SnatPool, 6, ShortestIpv6Length, 128 - SnatBits - cellBits, "/ipv6SnatPool");
        probe = ReadPool(
            errors, zone.Ipv6ProbePool, 6, ShortestIpv6Length, LongestIpv6ProbeLength, "/ipv6ProbePool");
        FamilyPools? ipv6 = Join(errors, vip, snat, probe, "/ipv6SnatPool", "/ipv6ProbePool");
        return ipv6 is null ? null : new ZonePools(ipv4, ipv6) { MaxCells = zone.MaxCells };
    }

    /// <summary>The pools of a stored zone.</summary>
    public static ZonePools Of(ZoneRow zone) => new(
        new FamilyPools(
            IpPrefix.FromNetwork(zone.VipPool),
            IpPrefix.FromNetwork(zone.SnatPool),
            IpPrefix.FromNetwork(zone.ProbePool)),
        zone is { Ipv6VipPool: { } vip, Ipv6SnatPool: { } snat, Ipv6ProbePool: { } probe }
            ? new FamilyPools(IpPrefix.FromNetwork(vip), IpPrefix.FromNetwork(snat), IpPrefix.FromNetwork(probe))
            : null)
    {
        MaxCells = zone.MaxCells,
    };

    /// <summary>What a cell of a stored zone owns.</summary>
    public static CellPools CellPart(ZoneRow zone, int ordinal) => Of(zone).CellPart(ordinal);

    /// <summary>What a cell owns.</summary>
    public CellPools CellPart(int ordinal) => new(Ipv4.Vip, Ipv4.Snat, ordinal, MaxCells) { Ipv6 = Ipv6 };

    /// <summary>Whether an address lies in any of the pools.</summary>
    public bool Contains(Ip address) => Ipv4.Contains(address) || Ipv6?.Contains(address) == true;

    /// <summary>Whether any of the pools and a prefix share an address.</summary>
    public bool Overlaps(IpPrefix prefix) => Ipv4.Overlaps(prefix) || Ipv6?.Overlaps(prefix) == true;

    /// <summary>The errors of pools that another zone has already.</summary>
    public IEnumerable<FieldError> OverlapsWith(ZoneRow other)
    {
        ZonePools theirs = Of(other);
        List<(string Pointer, IpPrefix Pool)> ours =
            [("/vipPool", Ipv4.Vip), ("/snatPool", Ipv4.Snat), ("/probePool", Ipv4.Probe)];
        if (Ipv6 is not null)
            ours.AddRange(
                [("/ipv6VipPool", Ipv6.Vip), ("/ipv6SnatPool", Ipv6.Snat), ("/ipv6ProbePool", Ipv6.Probe)]);
        return ours.Where(our => theirs.Overlaps(our.Pool))
            .Select(our => new FieldError(our.Pointer, "address_in_use", $"It overlaps a pool of zone {other.Name}."));
    }

    /// <summary>The errors of pools in which tunnels of a cell begin.</summary>
    public IEnumerable<FieldError> OverlapsWith(CellRow cell) =>
        CellTunnels.Of(cell).Prefixes.Any(Overlaps)
        ? [new FieldError("/vipPool", "address_in_use", $"A pool overlaps the tunnel sources of cell {cell.Name}.")]
        : [];

    /// <summary>The errors of pools that share addresses with an address pool.</summary>
    public IEnumerable<FieldError> OverlapsWith(AddressPoolRow pool) =>
        Overlaps(IpPrefix.FromNetwork(pool.Prefix))
        ? [new FieldError("/vipPool", "address_in_use", $"A pool overlaps address pool {pool.Name}.")]
        : [];

    private static FamilyPools? Join(
        List<FieldError> errors, IpPrefix? vip, IpPrefix? snat, IpPrefix? probe, string snatAt, string probeAt)
    {
        if (snat is { } source && vip is { } address && source.Overlaps(address))
            errors.Add(Rules.Invalid(snatAt, "It overlaps the VIP pool."));
        if (probe is { } prober && vip is { } taken && prober.Overlaps(taken))
            errors.Add(Rules.Invalid(probeAt, "It overlaps the VIP pool."));
        if (probe is { } other && snat is { } used && other.Overlaps(used))
            errors.Add(Rules.Invalid(probeAt, "It overlaps the SNAT pool."));
        return vip is null || snat is null || probe is null
            ? null
            : new FamilyPools(vip.Value, snat.Value, probe.Value);
    }

    private static IpPrefix? ReadPool(
        List<FieldError> errors, string? text, int family, int shortest, int longest, string pointer)
    {
        if (IpPrefix.TryParse(text, out IpPrefix pool)
            && pool.First.IsIpv4 == (family == 4)
            && pool.Length >= shortest
            && pool.Length <= longest
            && pool.First.IsHost
            && pool.Last.IsHost)
            return pool;
        errors.Add(Rules.Invalid(
            pointer,
            $"An IPv{family} prefix with no host bit set and a length of {shortest} to {longest} is allowed."));
        return null;
    }
}
