using Hyperplane.Controller.Addressing;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A node of a cell; it has its addresses from the day it was declared.</summary>
internal sealed record DesiredNode(
    int Id, string Name, Ip Address, IReadOnlyList<Ip> SnatAddresses, Ip ProbeAddress, bool Draining)
{
    /// <summary>Its IPv6 address on the fabric, in a zone with IPv6 pools.</summary>
    public Ip? Ipv6Address { get; init; }

    /// <summary>Where its health checks of IPv6 targets leave from.</summary>
    public Ip? Ipv6ProbeAddress { get; init; }
}
