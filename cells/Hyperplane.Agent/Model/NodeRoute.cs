using System.Net;

namespace Hyperplane.Agent.Model;

/// <summary>A prefix this node wants its routers to have.</summary>
/// <param name="Prefix">What is announced.</param>
/// <param name="NextHop">This node's address on the fabric, of the prefix' family.</param>
/// <param name="Kind">What it is for; decides when a drain takes it back.</param>
/// <param name="GracefulShutdown">Carries GSHUT (65535:0, RFC 8326): routers prefer any other path.</param>
public sealed record NodeRoute(IPNetwork Prefix, IPAddress NextHop, RouteKind Kind, bool GracefulShutdown = false)
{
    /// <summary>Whether its load balancer is shifted away from the zone: it is taken back, in order.</summary>
    public bool IsWithdrawn { get; init; }
}
