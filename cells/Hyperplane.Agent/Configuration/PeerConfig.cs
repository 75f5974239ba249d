using System.Net;

namespace Hyperplane.Agent.Configuration;

/// <summary>A router this node speaks BGP with.</summary>
/// <param name="Address">IPv4, on the interface's own subnet: also the gateway towards targets and clients.</param>
/// <param name="Asn">Its autonomous system; the node's own one means iBGP.</param>
public sealed record PeerConfig(IPAddress Address, uint Asn);
