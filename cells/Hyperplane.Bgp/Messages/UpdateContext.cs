using System.Net;

namespace Hyperplane.Bgp.Messages;

/// <summary>What an UPDATE's bytes depend on besides the route.</summary>
/// <param name="LocalAs">Our AS number.</param>
/// <param name="Internal">True towards a peer of our own AS.</param>
/// <param name="FourOctetAs">True if the peer knows four-octet AS numbers.</param>
/// <param name="LocalAddress">Our end of the connection: next hop of routes that name none.</param>
internal sealed record UpdateContext(uint LocalAs, bool Internal, bool FourOctetAs, IPAddress LocalAddress)
{
    /// <summary>The next hop to send; null when the route names none and the connection has another family.</summary>
    public IPAddress? NextHopOf(BgpRoute route) =>
        route.NextHop
        ?? (LocalAddress.AddressFamily == route.Prefix.BaseAddress.AddressFamily ? LocalAddress : null);
}
