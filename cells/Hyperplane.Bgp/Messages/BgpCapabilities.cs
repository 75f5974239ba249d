namespace Hyperplane.Bgp.Messages;

/// <summary>What one side of a session can do (RFC 5492); capabilities we have no use for are not kept.</summary>
internal sealed record BgpCapabilities
{
    public const byte MultiprotocolCode = 1;
    public const byte RouteRefreshCode = 2;
    public const byte FourOctetAsCode = 65;
    public const byte EnhancedRouteRefreshCode = 70;

    /// <summary>Families named by capability 1; empty means IPv4 unicast alone (RFC 4760 8).</summary>
    public IReadOnlyList<BgpFamily> Families { get; init; } = [];

    /// <summary>The AS number of capability 65; null from a speaker of two-octet numbers.</summary>
    public uint? FourOctetAs { get; init; }

    public bool RouteRefresh { get; init; }

    public bool EnhancedRouteRefresh { get; init; }

    /// <summary>True if routes of the family may be sent to the side that said this.</summary>
    public bool Accepts(BgpFamily family) =>
        Families.Count == 0 ? family == BgpFamily.Ipv4Unicast : Families.Contains(family);
}
