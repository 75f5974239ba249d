namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>An availability zone.</summary>
/// <param name="Name">1 to 32 of a-z, 0-9 and hyphen.</param>
/// <param name="VipPool">Its VIPs, for example 198.18.0.0/20; shard blocks are /26 slices of it.</param>
/// <param name="SnatPool">Source addresses towards targets; split among the zone's cells.</param>
/// <param name="ProbePool">Source addresses of health checks, adjacent to the SNAT pool.</param>
public sealed record Zone(string Name, string VipPool, string SnatPool, string ProbePool)
{
    /// <summary>Its IPv6 VIPs, for example fd00:1::/112; shard blocks are /122 slices of it. All three IPv6 pools, or
    /// none.</summary>
    public string? Ipv6VipPool { get; init; }

    /// <summary>IPv6 source addresses towards targets; split among the zone's cells.</summary>
    public string? Ipv6SnatPool { get; init; }

    /// <summary>IPv6 source addresses of health checks.</summary>
    public string? Ipv6ProbePool { get; init; }

    /// <summary>How many cells it has room for, a power of two up to 64: so many parts its pools are split
    /// into.</summary>
    public int MaxCells { get; init; } = 4;
}
