using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Makes TCP resets.</summary>
public static class TcpReset
{
    private const byte HopLimit = 64;

    /// <summary>Length of a reset with a key: Ethernet, IP and TCP headers without options.</summary>
    public static int FrameBytes(in FlowKey key) => EthernetView.HeaderBytes + TcpView.MinimumHeaderBytes
        + (key.IsIpv4 ? Ipv4View.MinimumHeaderBytes : Ipv6View.MinimumHeaderBytes);

    /// <summary>Turns a segment that nobody expects into its answer, in place (RFC 9293, section 3.10.7.1).</summary>
    /// <param name="frame">A whole TCP frame without RST; it begins with the answer afterwards, to the MAC address it
    /// came from.</param>
    /// <param name="frameBytes">Length of the answer.</param>
    /// <returns>False when the frame is no such segment; it is left as it was then.</returns>
    public static bool TryAnswer(Span<byte> frame, out int frameBytes)
    {
        frameBytes = 0;
        if (EthernetView.TryRead(frame, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok
            || ip.Protocol != (byte)IpProtocol.Tcp
            || TcpView.TryRead(ip.Payload, out TcpView tcp) != ParseVerdict.Ok
            || (tcp.Flags & TcpFlags.Rst) != TcpFlags.None)
            return false;
        var key = new FlowKey(
            ip.Destination, ip.Source, tcp.DestinationPortBe, tcp.SourcePortBe, (uint)IpProtocol.Tcp);
        bool hasAcknowledgement = (tcp.Flags & TcpFlags.Ack) != TcpFlags.None;
        uint sequence = hasAcknowledgement ? tcp.Acknowledgement : 0;
        uint acknowledgement = hasAcknowledgement ? 0 : tcp.SequenceEnd;
        var hop = new NextHop(ethernet.SourceMac, ethernet.DestinationMac, 0, 1);
        TcpFlags flags = hasAcknowledgement ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack;
        Write(frame, hop, key, flags, sequence, acknowledgement);
        frameBytes = FrameBytes(key);
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
        Span<byte> frame, in NextHop hop, in FlowKey key, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        frame = frame[..FrameBytes(key)];
        frame.Clear();
        FrameRewriter.WriteEthernet(frame, hop);
        Span<byte> tcp = IpHeader.Write(frame, key.Source, key.Destination, (byte)IpProtocol.Tcp, HopLimit);
        MemoryMarshal.Write(tcp, key.SourcePortBe);
        MemoryMarshal.Write(tcp[2..], key.DestinationPortBe);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], acknowledgement);
        tcp[12] = TcpView.MinimumHeaderBytes / 4 << 4;
        tcp[13] = (byte)flags;
        ushort checksum = InternetChecksum.OfTransport(key.Source, key.Destination, (byte)IpProtocol.Tcp, tcp);
        MemoryMarshal.Write(tcp[TcpView.ChecksumOffset..], checksum);
    }
}
