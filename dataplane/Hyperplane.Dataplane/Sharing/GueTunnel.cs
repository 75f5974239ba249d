using System.Buffers.Binary;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Frames to and from nodes that are not on this node's subnet: Generic UDP Encapsulation.</summary>
/// <remarks>A frame that arrives by the tunnel gets an Ethernet header whose source stands for the node that sent it,
/// so that the rules for relayed frames hold for it too. Somebody on the fabric who forges such a source is a node that
/// relays, and gains nothing.</remarks>
internal sealed class GueTunnel(TunnelEnd end)
{
    /// <summary>A locally administered MAC address whose last two bytes are a node id.</summary>
    private const ulong NodeMac = 0x0000_4755_4702;
    private const ulong NodeMacMask = 0x0000_ffff_ffff;
    private const int NodeShift = 32;
    private const int AnswersPerSecond = 1_000;

    private readonly int _longestBytes = end.MtuBytes - GueHeader.Bytes;
    private readonly TokenBucket _answers = new(AnswersPerSecond);

    private NextHop _hop;
    private uint _peerBe;
    private ushort _sourcePort;
    private int _firstBytes;
    private int _restBytes;
    private bool _mayAnswer;

    /// <summary>The node whose frames a MAC address stands for, or 0.</summary>
    public static ushort NodeOf(ulong mac) => (mac & NodeMacMask) == NodeMac ? (ushort)(mac >> NodeShift) : (ushort)0;

    /// <summary>Notes where the frame at hand shall go; <see cref="PacketCounter.Tunnelled"/>, or why it
    /// cannot.</summary>
    public PacketCounter Address(
        in NextHop hop, uint peerBe, in FlowKey4 key, ReadOnlySpan<byte> frame, long nowNs)
    {
        bool isTooLong = frame.Length - EthernetView.HeaderBytes > _longestBytes;
        _restBytes = 0;
        if (isTooLong && !PacketCut.TryMeasure(frame, _longestBytes, out _firstBytes, out _restBytes))
        {
            _mayAnswer = _answers.TryTake(nowNs);
            return PacketCounter.DropTunnelMtu;
        }
        (_hop, _peerBe, _sourcePort) = (hop, peerBe, GueHeader.SourcePort(key));
        return PacketCounter.Tunnelled;
    }

    /// <summary>Cuts the frame whose address was noted last when it is too long.</summary>
    /// <param name="io">Whose frame it is.</param>
    /// <param name="frame">Shortened when it is cut.</param>
    /// <param name="rest">The second piece, to be wrapped and sent too; null when there is none.</param>
    /// <returns>False when no memory is free.</returns>
    public bool TryCut(IFrameIo io, ref FrameSlot frame, out FrameSlot? rest)
    {
        rest = null;
        if (_restBytes == 0)
            return true;
        if (!io.TryTake(GueHeader.Bytes + _restBytes, out FrameSlot taken))
            return false;
        var piece = new FrameSlot(taken.Offset + GueHeader.Bytes, _restBytes);
        PacketCut.Cut(io.Bytes(frame), _firstBytes, io.Bytes(piece));
        frame = frame with { LengthBytes = _firstBytes };
        rest = piece;
        return true;
    }

    /// <summary>Turns the frame that was too long last into word to its sender; false when nobody is told.</summary>
    public bool TryAnswer(Span<byte> frame, out int answerBytes)
    {
        answerBytes = 0;
        bool may = _mayAnswer;
        _mayAnswer = false;
        return may && EthernetView.TryRead(frame, out EthernetView ethernet) == ParseVerdict.Ok
            && NodeOf(ethernet.SourceMac) == 0
            && IcmpTooBig.TryAnswer(frame, _longestBytes, out answerBytes);
    }

    /// <summary>Wraps the frame whose address was noted last; false when it has no room in front.</summary>
    public bool TryClose(IFrameIo io, ref FrameSlot frame)
    {
        if (!io.TryGrow(ref frame, GueHeader.Bytes))
            return false;
        GueHeader.Write(io.Bytes(frame), _hop, end.AddressBe, _peerBe, _sourcePort);
        return true;
    }

    /// <summary>Unwraps a frame that came by the tunnel; others stay as they are.</summary>
    /// <returns>Null when the frame may be judged; otherwise why it may not.</returns>
    public PacketCounter? Open(IFrameIo io, PeerTable peers, ref FrameSlot frame)
    {
        Span<byte> bytes = io.Bytes(frame);
        if (EthernetView.TryRead(bytes, out EthernetView ethernet) != ParseVerdict.Ok
            || ethernet.EtherType != EthernetView.Ipv4
            || Ipv4View.TryRead(ethernet.Payload, out Ipv4View ip) != ParseVerdict.Ok
            || !GueHeader.IsFor(ip, end.AddressBe))
            return null;
        ushort node = peers.FindByAddress(ip.SourceBe);
        if (node == 0 || !GueHeader.IsPlain(ip))
            return PacketCounter.DropTunnel;
        int innerBytes = ip.TotalBytes - GueHeader.Bytes;
        frame = new FrameSlot(frame.Offset + GueHeader.Bytes, EthernetView.HeaderBytes + innerBytes);
        bytes = io.Bytes(frame);
        FrameRewriter.WriteEthernet(bytes, new NextHop(0, NodeMac | ((ulong)node << NodeShift), 0, 1));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], EthernetView.Ipv4);
        return null;
    }
}
