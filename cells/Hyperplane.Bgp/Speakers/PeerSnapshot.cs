using System.Net;

namespace Hyperplane.Bgp;

/// <summary>What other threads see of one peer; immutable, replaced whole.</summary>
internal sealed record PeerSnapshot(BgpPeerStatus Status, IReadOnlySet<IPNetwork> Sent);
