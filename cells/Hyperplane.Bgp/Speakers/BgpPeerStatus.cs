using System.Net;

namespace Hyperplane.Bgp;

/// <summary>How the session with one router stands.</summary>
/// <param name="Address">The router.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="RemoteAs">Its AS number.</param>
/// <param name="State">Where the state machine stands.</param>
/// <param name="PrefixesSent">Prefixes sent to the Established peer; 0 in any other state.</param>
/// <param name="PrefixesUnsendable">Desired ones this session cannot carry: family not agreed on, or no next hop of
/// it.</param>
/// <param name="LastError">Why the last connection or attempt ended, also when the present one is fine; null: none
/// did.</param>
public sealed record BgpPeerStatus(
    IPAddress Address,
    int Port,
    uint RemoteAs,
    BgpState State,
    int PrefixesSent,
    int PrefixesUnsendable,
    string? LastError);
