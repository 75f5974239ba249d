namespace Hyperplane.Dataplane.Counters;

/// <summary>Every way a frame can end, in both engines; the XDP program counts with the same numbers.</summary>
/// <remarks>Mirrors <c>enum packet_counter</c> in <c>bpf/hyperplane.h</c> (a test compares the two). Wire names are
/// snake_case.
/// received = forwarded + passed + dropped by one of the named reasons.</remarks>
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

    /// <summary>Not IPv4.</summary>
    DropNotIpv4,

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
}
