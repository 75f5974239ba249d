using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;

namespace Hyperplane.Controller.Cells;

/// <summary>The three pools of a zone, read and checked.</summary>
internal sealed record ZonePools(Ipv4Prefix Vip, Ipv4Prefix Snat, Ipv4Prefix Probe)
{
    private const int ShortestLength = 8;
    private const int LongestVipLength = 30;
    private const int LongestSnatLength = 28;
    private const int LongestProbeLength = 30;

    /// <summary>Reads the request; null when a pool is not a prefix. What is wrong is added to the errors.</summary>
    public static ZonePools? Read(Zone zone, List<FieldError> errors)
    {
        Rules.PlaceName(errors, zone.Name, "/name");
        bool vip = ReadPool(errors, zone.VipPool, LongestVipLength, "/vipPool", out Ipv4Prefix vipPool);
        bool snat = ReadPool(errors, zone.SnatPool, LongestSnatLength, "/snatPool", out Ipv4Prefix snatPool);
        bool probe = ReadPool(errors, zone.ProbePool, LongestProbeLength, "/probePool", out Ipv4Prefix probePool);
        if (snat && vip && snatPool.Overlaps(vipPool))
            errors.Add(Rules.Invalid("/snatPool", "It overlaps the VIP pool."));
        if (probe && vip && probePool.Overlaps(vipPool))
            errors.Add(Rules.Invalid("/probePool", "It overlaps the VIP pool."));
        if (probe && snat && probePool.Overlaps(snatPool))
            errors.Add(Rules.Invalid("/probePool", "It overlaps the SNAT pool."));
        return vip && snat && probe ? new ZonePools(vipPool, snatPool, probePool) : null;
    }

    /// <summary>The pools of a stored zone.</summary>
    public static ZonePools Of(ZoneRow zone) => new(
        Ipv4Prefix.FromNetwork(zone.VipPool), Ipv4Prefix.FromNetwork(zone.SnatPool), Ipv4Prefix
            .FromNetwork(zone.ProbePool));

    /// <summary>What a cell of a stored zone owns.</summary>
    public static CellPools CellPart(ZoneRow zone, int ordinal) =>
        new(Ipv4Prefix.FromNetwork(zone.VipPool), Ipv4Prefix.FromNetwork(zone.SnatPool), ordinal);

    /// <summary>Whether an address lies in any of the pools.</summary>
    public bool Contains(uint address) => Vip.Contains(address) || Snat.Contains(address) || Probe.Contains(address);

    /// <summary>The errors of pools that another zone has already.</summary>
    public IEnumerable<FieldError> OverlapsWith(ZoneRow other)
    {
        ZonePools theirs = Of(other);
        (string Pointer, Ipv4Prefix Pool)[] ours = [("/vipPool", Vip), ("/snatPool", Snat), ("/probePool", Probe)];
        foreach ((string pointer, Ipv4Prefix pool) in ours)
        {
            if (pool.Overlaps(theirs.Vip) || pool.Overlaps(theirs.Snat) || pool.Overlaps(theirs.Probe))
                yield return new FieldError(pointer, "address_in_use", $"It overlaps a pool of zone {other.Name}.");
        }
    }

    private static bool ReadPool(
        List<FieldError> errors, string? text, int longest, string pointer, out Ipv4Prefix pool)
    {
        if (Ipv4Prefix.TryParse(text, out pool)
            && pool.Length >= ShortestLength
            && pool.Length <= longest
            && Ipv4.IsHost(pool.First)
            && Ipv4.IsHost(pool.Last))
            return true;
        errors.Add(Rules.Invalid(
            pointer, $"An IPv4 prefix with no host bit set and a length of {ShortestLength} to {longest} is allowed."));
        return false;
    }
}
