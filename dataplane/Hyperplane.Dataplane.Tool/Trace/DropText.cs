using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Tool.Trace;

/// <summary>Why frames are dropped, in words.</summary>
internal static class DropText
{
    /// <summary>One sentence about a drop's reason.</summary>
    public static string Of(PacketCounter counter) => counter switch
    {
        PacketCounter.DropTruncated => "the frame is shorter than its headers say",
        PacketCounter.DropMalformed => "the headers contradict themselves, or no client can have this source address",
        PacketCounter.DropIpChecksum => "the IPv4 header's checksum is wrong",
        PacketCounter.DropNotIp => "it is neither IPv4 nor IPv6",
        PacketCounter.DropProtocol => "no listener can have this transport protocol; TCP and UDP are balanced",
        PacketCounter.DropIcmp => "of ICMP only errors about packets of known flows are passed on",
        PacketCounter.DropFragment => "a fragment, of which a node alone cannot tell the flow",
        PacketCounter.DropTtl => "it arrived with TTL 1 or 0 and may go no further",
        PacketCounter.DropNoVip => "no VIP has this address",
        PacketCounter.DropNoListener => "the VIP has no listener on this protocol and port",
        PacketCounter.DropNoTarget => "no target of the group may take a new flow",
        PacketCounter.DropNoFlow => "it is of no known flow, and only a SYN opens one",
        PacketCounter.DropTcpFlags => "no TCP segment has these flags, or not in this direction",
        PacketCounter.DropFlowTableFull => "the flow table is full",
        PacketCounter.DropHalfOpenFull => "the table of half-open flows is full",
        PacketCounter.DropNoPort => "no source port is free towards the target",
        PacketCounter.DropTranslation => "it cannot be said in the other address family",
        PacketCounter.DropMtu => "it would be too long with its new headers; its sender is told",
        PacketCounter.DropHairpin => "the client is the target that was chosen, and answers clients itself",
        PacketCounter.DropSourceRate => "the source opens too many flows",
        PacketCounter.DropVipRate => "too many flows open at the VIP",
        PacketCounter.DropTenantRate => "too many flows open at the tenant's VIPs",
        PacketCounter.DropNotAllowed => "the listener's lists do not let its source in",
        PacketCounter.DropChallengeRate => "too many sources are asked whether they are there",
        PacketCounter.ChallengePassed => "it answers a challenge: its source is known now, and its next SYN is let in",
        PacketCounter.DropNextHopUnresolved => "the next hop's MAC address is not known",
        _ => "see the counter's name",
    };
}
