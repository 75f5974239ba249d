using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Makes TCP resets.</summary>
public static class TcpReset
{
    /// <summary>Length of a reset: Ethernet, IPv4 and TCP headers without options.</summary>
    public const int FrameBytes = EthernetView.HeaderBytes + Ipv4View.MinimumHeaderBytes + TcpView.MinimumHeaderBytes;

    private const byte TimeToLive = 64;

    /// <summary>Turns a segment that nobody expects into its answer, in place (RFC 9293, section 3.10.7.1).</summary>
    /// <param name="frame">A whole TCP frame without RST; its first <see cref="FrameBytes"/> bytes are the answer
    /// afterwards, to the MAC address it came from.</param>
    /// <returns>False when the frame is no such segment; it is left as it was then.</returns>
    public static bool TryAnswer(Span<byte> frame)
    {
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || ip.Protocol != (byte)IpProtocol.Tcp
            || TcpView.TryRead(ip.Payload, out TcpView tcp) != ParseVerdict.Ok
            || (tcp.Flags & TcpFlags.Rst) != TcpFlags.None)
            return false;
        var key = new FlowKey4(
            ip.DestinationBe, ip.SourceBe, tcp.DestinationPortBe, tcp.SourcePortBe, (uint)IpProtocol.Tcp);
        bool hasAcknowledgement = (tcp.Flags & TcpFlags.Ack) != TcpFlags.None;
        uint sequence = hasAcknowledgement ? tcp.Acknowledgement : 0;
        uint acknowledgement = hasAcknowledgement ? 0 : tcp.SequenceEnd;
        var hop = new NextHop(ethernet.SourceMac, ethernet.DestinationMac, 0, 1);
        TcpFlags flags = hasAcknowledgement ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack;
        Write(frame, hop, key, flags, sequence, acknowledgement);
        return true;
    }

    /// <summary>Writes a reset, or another segment without data.</summary>
    /// <param name="frame">At least <see cref="FrameBytes"/> bytes.</param>
    /// <param name="hop">Where it goes.</param>
    /// <param name="key">As the segment carries it.</param>
    /// <param name="flags">Its control bits.</param>
    /// <param name="sequence">Of a reset: what the receiver expects next.</param>
    /// <param name="acknowledgement">0 without <see cref="TcpFlags.Ack"/>.</param>
    public static void Write(
        Span<byte> frame, in NextHop hop, in FlowKey4 key, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        frame = frame[..FrameBytes];
        frame.Clear();
        FrameRewriter.WriteEthernet(frame, hop);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EthernetView.Ipv4);
        Span<byte> ip = frame[EthernetView.HeaderBytes..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], 0x4000);
        ip[8] = TimeToLive;
        ip[9] = (byte)IpProtocol.Tcp;
        MemoryMarshal.Write(ip[12..], key.SourceBe);
        MemoryMarshal.Write(ip[16..], key.DestinationBe);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip[..Ipv4View.MinimumHeaderBytes]));
        Span<byte> tcp = ip[Ipv4View.MinimumHeaderBytes..];
        MemoryMarshal.Write(tcp, key.SourcePortBe);
        MemoryMarshal.Write(tcp[2..], key.DestinationPortBe);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgement);
        tcp[12] = TcpView.MinimumHeaderBytes / 4 << 4;
        tcp[13] = (byte)flags;
        ushort checksum =
            InternetChecksum.OfTransport(key.SourceBe, key.DestinationBe, (byte)IpProtocol.Tcp, tcp);
        MemoryMarshal.Write(tcp[TcpView.ChecksumOffset..], checksum);
    }
}
