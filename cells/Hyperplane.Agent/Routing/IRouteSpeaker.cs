using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Model;

namespace Hyperplane.Agent.Routing;

/// <summary>What tells the routers: desired prefixes go in, convergence is its own business.</summary>
public interface IRouteSpeaker : IAsyncDisposable
{
    /// <summary>Replaces the desired prefixes whole.</summary>
    void Set(ImmutableArray<NodeRoute> routes);

    /// <summary>BFD lost a router: what it was told counts no longer, its session begins anew.</summary>
    void OnLost(IPAddress router);

    /// <summary>Says goodbye to all routers (Cease, administrative shutdown, RFC 4486) with a text; they drop all
    /// prefixes.</summary>
    Task CloseAsync(string reason, CancellationToken cancellationToken);

    /// <summary>The sessions as they are now.</summary>
    ImmutableArray<PeerStatus> Peers { get; }

    /// <summary>Prefixes sent to at least one router whose session is Established.</summary>
    ImmutableArray<IPNetwork> Announced { get; }
}
