using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>A node's BGP session with a router.</summary>
internal sealed record PeerView(
    [property: Required, Example("10.1.0.1"), Description("The router.")] string Address,
    [property: Required, Example("Established"), Description("As RFC 4271 names it.")] string State,
    [property: Required, Description("How many prefixes the router was sent.")] int PrefixesSent,
    [property: Required, Description("Why it was last not Established; null when never.")] string? LastError)
{
    /// <summary>The controller's peer for the wire.</summary>
    public static PeerView From(NodePeer peer) => new(peer.Address, peer.State, peer.PrefixesSent, peer.LastError);
}
