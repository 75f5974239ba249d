namespace Hyperplane.Controller.Addressing;

/// <summary>The three pools that a zone has of one address family.</summary>
/// <param name="Vip">Addresses of load balancers.</param>
/// <param name="Snat">Source addresses towards targets.</param>
/// <param name="Probe">Source addresses of health checks.</param>
internal sealed record FamilyPools(IpPrefix Vip, IpPrefix Snat, IpPrefix Probe)
{
    /// <summary>Whether an address lies in any of them.</summary>
    public bool Contains(Ip address) => Vip.Contains(address) || Snat.Contains(address) || Probe.Contains(address);

    /// <summary>Whether any of their addresses lies in a prefix.</summary>
    public bool Overlaps(IpPrefix other) => Vip.Overlaps(other) || Snat.Overlaps(other) || Probe.Overlaps(other);
}
