using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Pipeline;

/// <summary>Puts a proxy protocol header in front of what a client sends.</summary>
/// <remarks>The target hears the client's SYN with a number that is lower by the header's length, so the header fills
/// the numbers up to the client's first octet, and whatever comes behind it has the same number on both sides. Only
/// until the target acknowledges the header (<see cref="FlowColumns.HeaderBytes"/> is not 0) do the sides differ:
/// <see cref="FlowColumns.TargetExpects"/> is the header's first octet, and what the target acknowledges inside it is
/// the client's first octet to the client. What selective acknowledgements say meanwhile is withheld.</remarks>
internal sealed class HeaderSender(
    FlowTable table, INextHops nextHops, IFrameIo io, PacketCounters packets, FrameWrapping wrapping)
{
    /// <summary>The header is given up after so many waits of <see cref="FlowTimes.HeaderSent"/>: 12.8 s.</summary>
    private const int MostWaits = 64;

    private const byte HopLimit = 64;
    private const int OptionBytes = 2 + TcpOption.TimestampsBytes;

    private readonly FlowColumns _columns = table.Columns;
    private readonly FrameOutlet _outlet = new(io, packets, wrapping);

    /// <summary>Makes a segment what the other side shall see, before it is translated; sends the header when the
    /// client's acknowledgement comes. A client's reset is sent a second time, with the number that is exact if the
    /// target never got the header.</summary>
    /// <param name="frame">Its headers were read and found whole; its flow's header is not acknowledged.</param>
    /// <param name="ip">Its IP header; no longer true of a SYN that had data.</param>
    /// <param name="slot">Its flow, which noted the segment.</param>
    /// <param name="side">Where it comes from.</param>
    /// <param name="nowNs">Now.</param>
    /// <returns>False when the segment says nothing that the header's did not.</returns>
    public bool TryPass(Span<byte> frame, in IpView ip, int slot, FlowSide side, long nowNs)
    {
        Span<byte> packet = frame.Slice(EthernetView.HeaderBytes, ip.TotalBytes);
        Span<byte> segment = packet[ip.HeaderBytes..];
        var flags = (TcpFlags)segment[13];
        var tcp = new TcpEdit(segment);
        bool isSyn = (flags & TcpFlags.Syn) != TcpFlags.None;
        if (side == FlowSide.Target)
        {
            if ((flags & TcpFlags.Ack) != TcpFlags.None)
                ShapeForClient(tcp, slot, isSyn);
            return true;
        }
        if (isSyn)
            ShapeSyn(packet, ip.IsIpv4, tcp, slot);
        else if ((flags & TcpFlags.Rst) != TcpFlags.None)
            ResetTarget(slot);
        else if (table.State(slot) == FlowState.SynAckSeen)
            return !TryBegin(tcp, flags, slot, nowNs);
        return true;
    }

    /// <summary>Makes what an ICMP error quotes of a client's segment what the client sent.</summary>
    /// <param name="transport">The TCP header that is quoted, at least 8 octets.</param>
    /// <param name="slot">Its flow, whose header is not acknowledged.</param>
    public void ShapeQuoted(Span<byte> transport, int slot)
    {
        Span<byte> field = transport[4..];
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(field);
        uint headerBytes = _columns.HeaderBytes[slot];
        if (sequence - (_columns.TargetExpects[slot] - 1) < headerBytes)
            BinaryPrimitives.WriteUInt32BigEndian(field, sequence + headerBytes);
    }

    /// <summary>A wait for the target's acknowledgement is over: the header is sent again after one, two, four… of
    /// them; false when there were enough.</summary>
    public bool TryRepeat(int slot)
    {
        int waits = ++_columns.SentHeader[slot].Waits;
        if (waits >= MostWaits)
            return false;
        if (BitOperations.IsPow2(waits))
            Send(slot);
        return true;
    }

    private void ShapeForClient(TcpEdit tcp, int slot, bool isSyn)
    {
        uint headerBytes = _columns.HeaderBytes[slot];
        uint expected = _columns.TargetExpects[slot];
        if (tcp.Acknowledgement - expected >= headerBytes)
            return;
        tcp.Acknowledgement = expected + headerBytes;
        tcp.Option(TcpOption.Sack).Fill(TcpOption.Nothing);
        // The header takes its part of the target's window, which a SYN does not scale.
        if (isSyn)
            tcp.Window = (ushort)Math.Max(0, tcp.Window - (int)headerBytes);
        tcp.Finish();
    }

    /// <summary>Data of a SYN (RFC 7413) would come before the header: it is cut off, so the target does not
    /// acknowledge it and the client sends it again.</summary>
    private void ShapeSyn(Span<byte> packet, bool isIpv4, TcpEdit tcp, int slot)
    {
        tcp.Sequence -= _columns.HeaderBytes[slot];
        tcp.Finish();
        int dataBytes = tcp.DataBytes;
        if (dataBytes == 0)
            return;
        tcp.CutData();
        Span<byte> length = packet[(isIpv4 ? 2 : 4)..];
        ushort before = MemoryMarshal.Read<ushort>(length);
        BinaryPrimitives.WriteUInt16BigEndian(
            length, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(length) - dataBytes));
        if (!isIpv4)
            return;
        ushort delta = InternetChecksum.Delta(before, MemoryMarshal.Read<ushort>(length));
        ushort checksum = MemoryMarshal.Read<ushort>(packet[10..]);
        MemoryMarshal.Write(packet[10..], InternetChecksum.Update(checksum, delta));
    }

    /// <summary>Ends the handshake in the client's place; true when that is all there was to its segment.</summary>
    private bool TryBegin(TcpEdit tcp, TcpFlags flags, int slot, long nowNs)
    {
        Span<byte> timestamps = tcp.Option(TcpOption.Timestamps);
        bool hasTimestamps = timestamps.Length == TcpOption.TimestampsBytes;
        _columns.SentHeader[slot] = new SentHeader
        {
            Window = tcp.Window,
            HasTimestamps = hasTimestamps,
            Timestamp = hasTimestamps ? BinaryPrimitives.ReadUInt32BigEndian(timestamps[2..]) : 0,
            TimestampEcho = hasTimestamps ? BinaryPrimitives.ReadUInt32BigEndian(timestamps[6..]) : 0,
        };
        table.Advance(slot, FlowState.HeaderSent, nowNs);
        Send(slot);
        uint firstOctet = _columns.TargetExpects[slot] + _columns.HeaderBytes[slot];
        return tcp.DataBytes == 0 && (flags & TcpFlags.Fin) == TcpFlags.None && tcp.Sequence == firstOctet;
    }

    private void ResetTarget(int slot)
    {
        FlowKey key = _columns.Reverse[slot].Opposite();
        if (!nextHops.TryGet(_columns.NextHopToTarget[slot], out NextHop hop)
            || !io.TryTake(TcpReset.FrameBytes(key), out FrameSlot frame))
            return;
        TcpReset.Write(io.Bytes(frame), hop, key, TcpFlags.Rst, _columns.TargetExpects[slot], 0);
        _outlet.SendReset(frame);
    }

    /// <summary>Without memory for a frame, or a next hop, the next time will do.</summary>
    private void Send(int slot)
    {
        FlowKey key = _columns.Reverse[slot].Opposite();
        ref SentHeader sent = ref _columns.SentHeader[slot];
        int tcpBytes = TcpView.MinimumHeaderBytes + (sent.HasTimestamps ? OptionBytes : 0);
        int frameBytes = EthernetView.HeaderBytes + IpHeader.Bytes(key.IsIpv4) + tcpBytes + _columns.HeaderBytes[slot];
        if (!nextHops.TryGet(_columns.NextHopToTarget[slot], out NextHop hop)
            || !io.TryTake(frameBytes, out FrameSlot frame))
            return;
        Span<byte> bytes = io.Bytes(frame);
        bytes.Clear();
        FrameRewriter.WriteEthernet(bytes, hop);
        Span<byte> tcp = IpHeader.Write(bytes, key.Source, key.Destination, (byte)IpProtocol.Tcp, HopLimit);
        MemoryMarshal.Write(tcp, key.SourcePortBe);
        MemoryMarshal.Write(tcp[2..], key.DestinationPortBe);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], _columns.TargetExpects[slot]);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], _columns.ClientExpects[slot]);
        tcp[12] = (byte)(tcpBytes / 4 << 4);
        tcp[13] = (byte)(TcpFlags.Ack | TcpFlags.Psh);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], sent.Window);
        if (sent.HasTimestamps)
            WriteTimestamps(tcp[TcpView.MinimumHeaderBytes..], sent);
        ProxyHeader.Write(tcp[tcpBytes..], _columns.Forward[slot]);
        ushort checksum = InternetChecksum.OfTransport(key.Source, key.Destination, (byte)IpProtocol.Tcp, tcp);
        MemoryMarshal.Write(tcp[TcpView.ChecksumOffset..], checksum);
        _outlet.Send(frame, PacketCounter.HeaderSent);
    }

    private static void WriteTimestamps(Span<byte> options, in SentHeader sent)
    {
        (options[0], options[1]) = (TcpOption.Nothing, TcpOption.Nothing);
        (options[2], options[3]) = (TcpOption.Timestamps, TcpOption.TimestampsBytes);
        BinaryPrimitives.WriteUInt32BigEndian(options[4..], sent.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(options[8..], sent.TimestampEcho);
    }
}
