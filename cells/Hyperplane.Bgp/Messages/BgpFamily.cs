using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp.Messages;

/// <summary>An address family and its sub-family (RFC 4760).</summary>
internal readonly record struct BgpFamily(ushort Afi, byte Safi)
{
    public static readonly BgpFamily Ipv4Unicast = new(1, 1);
    public static readonly BgpFamily Ipv6Unicast = new(2, 1);

    /// <summary>The unicast family of a prefix.</summary>
    public static BgpFamily Of(IPNetwork prefix) =>
        prefix.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? Ipv4Unicast : Ipv6Unicast;
}
