using System.Net;

namespace Hyperplane.Agent.Routing;

/// <summary>A session with a router.</summary>
/// <param name="Address">The router's.</param>
/// <param name="State">RFC 4271's name: Idle, Connect, Active, OpenSent, OpenConfirm, Established.</param>
/// <param name="LastError">Why it last went down; "" when it never did.</param>
/// <param name="PrefixesSent">Announced on this session now.</param>
public sealed record PeerStatus(IPAddress Address, string State, string LastError, int PrefixesSent)
{
    /// <summary>The state in which routes travel.</summary>
    public const string Established = "Established";

    /// <summary>Whether routes travel.</summary>
    public bool IsEstablished => string.Equals(State, Established, StringComparison.Ordinal);
}
