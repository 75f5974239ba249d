using System.Net;

namespace Hyperplane.Mesh;

/// <summary>How the connection with one peer stands; counters are since the peer was added.</summary>
/// <param name="NodeId">The peer.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="IsUp">Whether messages flow.</param>
/// <param name="Start">Its incarnation; that of the last connection when it is down; 0 before the first.</param>
/// <param name="Connects">Connections that came up.</param>
/// <param name="Attempts">Connections this side began.</param>
/// <param name="MessagesIn">Messages delivered.</param>
/// <param name="MessagesOut">Messages queued.</param>
/// <param name="BytesIn">Bytes received, sealed.</param>
/// <param name="BytesOut">Bytes handed to the kernel, sealed.</param>
/// <param name="Sends">Calls of send(2).</param>
/// <param name="QueuedBytes">Bytes that wait.</param>
/// <param name="LastDown">Why the last connection ended.</param>
public sealed record MeshPeerStatus(
    ushort NodeId,
    IPEndPoint Address,
    bool IsUp,
    ulong Start,
    long Connects,
    long Attempts,
    long MessagesIn,
    long MessagesOut,
    long BytesIn,
    long BytesOut,
    long Sends,
    int QueuedBytes,
    MeshDownReason LastDown);
