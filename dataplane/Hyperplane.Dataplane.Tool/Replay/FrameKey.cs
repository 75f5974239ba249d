using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Finds the flow that a frame names.</summary>
internal static class FrameKey
{
    /// <summary>The key of a whole TCP or UDP packet, or of the packets that an ICMP error answers; false for any other
    /// frame.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out FlowKey key)
    {
        key = default;
        return EthernetView.TryRead(frame, out EthernetView ethernet) == ParseVerdict.Ok
            && IpView.TryRead(ethernet, out IpView ip) == ParseVerdict.Ok
            && !ip.IsFragment
            && TryRead(ip, out key);
    }

    private static bool TryRead(in IpView ip, out FlowKey key)
    {
        key = default;
        switch (ip.Protocol)
        {
            case (byte)IpProtocol.Tcp when TcpView.TryRead(ip.Payload, out TcpView tcp) == ParseVerdict.Ok:
                key = new FlowKey(ip.Source, ip.Destination, tcp.SourcePortBe, tcp.DestinationPortBe, ip.Protocol);
                return true;
            case (byte)IpProtocol.Udp when UdpView.TryRead(ip.Payload, out UdpView udp) == ParseVerdict.Ok:
                key = new FlowKey(ip.Source, ip.Destination, udp.SourcePortBe, udp.DestinationPortBe, ip.Protocol);
                return true;
            case IcmpView.Protocol or IcmpView.ProtocolV6
                when IcmpView.TryRead(ip, out IcmpView icmp) == ParseVerdict.Ok:
                if (!icmp.IsError || !EmbeddedView.TryRead(icmp.Embedded, ip.IsIpv4, out EmbeddedView embedded)
                    || embedded.Source != ip.Destination)
                    return false;
                key = embedded.OppositeKey;
                return true;
            default:
                return false;
        }
    }
}
