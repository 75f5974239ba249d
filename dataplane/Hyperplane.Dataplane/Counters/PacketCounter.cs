namespace Hyperplane.Dataplane.Counters;

/// <summary>Every way a frame can end, in both engines; the XDP program counts with the same numbers.</summary>
/// <remarks>Mirrors <c>enum packet_counter</c> in <c>bpf/hyperplane.h</c> (a test compares the two). Wire names are
/// snake_case.
/// received + released + what was made here (reset_sent, probe_sent, too_big_sent, cut, header_sent) = forwarded +
/// translated + relayed + tunnelled + passed + parked + absorbed + dropped by one of the named reasons.
/// Notes (<see cref="Punted"/>, <see cref="Unreplicated"/>, <see cref="DirectoryFull"/>,
/// <see cref="HandedOver"/>) are no frame's end.</remarks>
public enum PacketCounter
{
    /// <summary>Frames that arrived.</summary>
    Received,

    /// <summary>Not ours: given to the kernel.</summary>
    Passed,

    /// <summary>Handed from XDP to the pipeline.</summary>
    Punted,

    /// <summary>Rewritten and sent on.</summary>
    Forwarded,

    /// <summary>Shorter than its headers say.</summary>
    DropTruncated,

    /// <summary>Headers contradict themselves or are not allowed (version, IHL, length, data offset).</summary>
    DropMalformed,

    /// <summary>Wrong IPv4 header checksum.</summary>
    DropIpChecksum,

    /// <summary>Neither IPv4 nor IPv6.</summary>
    DropNotIp,

    /// <summary>A transport protocol no listener can have.</summary>
    DropProtocol,

    /// <summary>ICMP to one of our addresses.</summary>
    DropIcmp,

    /// <summary>An IPv4 fragment.</summary>
    DropFragment,

    /// <summary>TTL 1 or 0 on arrival.</summary>
    DropTtl,

    /// <summary>No VIP has this address.</summary>
    DropNoVip,

    /// <summary>The VIP has no listener on this protocol and port.</summary>
    DropNoListener,

    /// <summary>The target group has no target that may take a new flow.</summary>
    DropNoTarget,

    /// <summary>Not a SYN and of no known flow.</summary>
    DropNoFlow,

    /// <summary>TCP flags that no state allows (SYN+FIN, SYN+RST, none).</summary>
    DropTcpFlags,

    /// <summary>The flow table is full.</summary>
    DropFlowTableFull,

    /// <summary>The half-open table is full.</summary>
    DropHalfOpenFull,

    /// <summary>No free source port towards the target.</summary>
    DropNoPort,

    /// <summary>The next hop's MAC address is not known yet.</summary>
    DropNextHopUnresolved,

    /// <summary>No pipeline socket for the frame's queue.</summary>
    DropNoSocket,

    /// <summary>The transmit queue was full.</summary>
    DropTransmitFull,

    /// <summary>A pipeline thread has not beaten for longer than the detection time.</summary>
    DropAgentStalled,

    /// <summary>The pipeline's receive ring or its frame memory was full.</summary>
    DropReceiveFull,

    /// <summary>Sent on unchanged to the node that owns the flow.</summary>
    Relayed,

    /// <summary>Kept for an answer of the flow directory; each comes back as <see cref="Released"/>.</summary>
    Parked,

    /// <summary>No longer parked: judged like a frame that arrived, and counted by that verdict once more.</summary>
    Released,

    /// <summary>A TCP reset made here; counted by its own verdict too.</summary>
    ResetSent,

    /// <summary>Note: a flow went on without the flow directory's word.</summary>
    Unreplicated,

    /// <summary>Note: a request found the queue to the flow directory full.</summary>
    DirectoryFull,

    /// <summary>No room to keep the frame until the flow directory answers.</summary>
    DropParkFull,

    /// <summary>The flow directory did not answer.</summary>
    DropDirectoryTimeout,

    /// <summary>The flow directory could not tell whose the flow is.</summary>
    DropDirectoryUnavailable,

    /// <summary>A peer relayed a frame of no flow of ours.</summary>
    DropNotMine,

    /// <summary>A SYN-ACK of a flow that another node's flow displaced.</summary>
    DropLost,

    /// <summary>Sent on unchanged, in a GUE tunnel, to the node that owns the flow.</summary>
    Tunnelled,

    /// <summary>A GUE frame that no node of the cell sent, or that is not a plain one.</summary>
    DropTunnel,

    /// <summary>Too long for the tunnel and not to be cut, or without room for its headers.</summary>
    DropTunnelMtu,

    /// <summary>A question to an end of a connection, made here; counted by its own verdict too.</summary>
    ProbeSent,

    /// <summary>Word to a sender whose packet was too long for the tunnel, made here; counted by its own verdict
    /// too.</summary>
    TooBigSent,

    /// <summary>The second piece of a packet that was cut for the tunnel; counted by its own verdict too.</summary>
    Cut,

    /// <summary>Rewritten and sent on in the other address family.</summary>
    Translated,

    /// <summary>Means nothing in the other address family, or has no room for its headers.</summary>
    DropTranslation,

    /// <summary>Too long once it has other headers; its sender is told.</summary>
    DropMtu,

    /// <summary>Sent on, whole but for its TTL, in a tunnel to a target that answers the client itself.</summary>
    Encapsulated,

    /// <summary>Mode <c>dsr</c>: the client is the target that was chosen, and would answer itself.</summary>
    DropHairpin,

    /// <summary>Would open a flow, and its source opens too many.</summary>
    DropSourceRate,

    /// <summary>Would open a flow, and too many open at the VIP.</summary>
    DropVipRate,

    /// <summary>Would open a flow, and too many open at the VIPs of its tenant.</summary>
    DropTenantRate,

    /// <summary>A proxy protocol header, made here; counted by its own verdict too.</summary>
    HeaderSent,

    /// <summary>A client's acknowledgement that left inside the first <see cref="HeaderSent"/>.</summary>
    Absorbed,

    /// <summary>Word that a packet in a tunnel of this node was too long for its path, whose limit is kept: who sent
    /// the packet inside is told at once if the word shows who it was, else with its next long packet.</summary>
    PathMtuLearned,

    /// <summary>Note: given to the pipeline that has the frame's flow, which counts its verdict.</summary>
    HandedOver,

    /// <summary>The queue to the pipeline that has the frame's flow was full.</summary>
    DropHandOverFull,

    /// <summary>A SYN beyond a rate, or while half-open flows crowd: its source, not known yet, was asked whether it is
    /// there.</summary>
    Challenged,

    /// <summary>A reset that answers a challenge: its source is known now, and its next SYN is let in.</summary>
    ChallengePassed,

    /// <summary>A SYN beyond a rate whose source would have been asked, but too many were asked already.</summary>
    DropChallengeRate,

    /// <summary>Would open a flow, and the listener's lists do not let its source in.</summary>
    DropNotAllowed,
}
