using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.BadInput;

/// <summary>Valid frames of some flows: segments, datagrams, ICMP errors about them, and all of that inside GUE from
/// some nodes.</summary>
/// <param name="Node">The IPv4 address at which tunnelled frames arrive.</param>
/// <param name="Peers">IPv4 addresses of nodes, and one that is none.</param>
/// <param name="PeerMacs">Source addresses of frames that nodes relay, six bytes each.</param>
internal sealed record FramePool(string Node, string[] Peers, byte[][] PeerMacs)
{
    private static readonly TcpFlags[] AllFlags =
    [
        TcpFlags.Syn, TcpFlags.Ack, TcpFlags.Ack | TcpFlags.Psh, TcpFlags.Syn | TcpFlags.Ack,
        TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack,
    ];

    private static readonly byte[][] Errors4 = [[3, 1], [3, 3], [3, 4], [11, 0], [12, 0], [8, 0], [5, 1]];
    private static readonly byte[][] Errors6 = [[1, 0], [1, 4], [2, 0], [3, 0], [4, 1], [128, 0], [135, 0]];

    /// <summary>As many frames as wanted of all kinds.</summary>
    public byte[][] Make(Random random, FlowKey[] keys, int frames) =>
        [.. Enumerable.Range(0, frames).Select(_ => Make(random, keys[random.Next(keys.Length)]))];

    private byte[] Make(Random random, FlowKey key)
    {
        byte[] frame = random.Next(5) == 0 ? Error(random, key) : Plain(random, key);
        if (PeerMacs.Length > 0 && random.Next(10) == 0)
            PeerMacs[random.Next(PeerMacs.Length)].CopyTo(frame, 6);
        for (int layers = random.Next(6) == 0 ? random.Next(1, 3) : 0; layers > 0; layers--)
            frame = Wrap(random, frame);
        return frame;
    }

    private static byte[] Plain(Random random, FlowKey key) => new Frame(
        key.Source.ToString(), BinaryPrimitives.ReverseEndianness(key.SourcePortBe),
        key.Destination.ToString(), BinaryPrimitives.ReverseEndianness(key.DestinationPortBe))
    {
        Protocol = (byte)key.Protocol,
        Flags = random.Next(3) == 0 ? AllFlags[random.Next(AllFlags.Length)] : TcpFlags.Ack,
        Sequence = (uint)random.Next(4_990, 5_010),
        Acknowledgement = (uint)random.Next(4_990, 5_010),
        Payload = new byte[random.Next(8) == 0 ? random.Next(1_400) : random.Next(60)],
        IpOptionBytes = random.Next(10) == 0 ? random.Next(1, 11) * 4 : 0,
        TcpOptionBytes = random.Next(4) * 4,
        UdpChecksum = random.Next(4) != 0,
        PaddingBytes = random.Next(4) == 0 ? random.Next(20) : 0,
    }.Bytes();

    /// <summary>About a frame of whoever gets it, or, one time in eight, of somebody else.</summary>
    private static byte[] Error(Random random, FlowKey key)
    {
        FlowKey about = random.Next(8) == 0
            ? key
            : new FlowKey(key.Destination, key.Source, key.DestinationPortBe, key.SourcePortBe, key.Protocol);
        byte[] packet = Plain(random, about);
        bool isIpv4 = key.Destination.IsIpv4;
        int quoted = random.Next(Math.Min(28, packet.Length - 14), Math.Min(packet.Length - 14, 1_232) + 1);
        byte[][] kinds = isIpv4 ? Errors4 : Errors6;
        byte[] message = [.. kinds[random.Next(kinds.Length)], 0, 0, 0, 0, 5, 0, .. packet.AsSpan(14, quoted)];
        string router = isIpv4 ? "192.0.2.254" : "2001:db8:c::254";
        ulong sum = InternetChecksum.Sum(message);
        if (!isIpv4)
            sum += InternetChecksum.PseudoSum(Frame.Address(router), key.Destination, 58, message.Length);
        MemoryMarshal.Write(message.AsSpan(2), (ushort)~InternetChecksum.Fold(sum));
        return TestFrame.Ip(router, key.Destination.ToString(), (byte)(isIpv4 ? 1 : 58), message);
    }

    private byte[] Wrap(Random random, byte[] frame)
    {
        byte follows = TestFrame.IsIpv6(frame) ? (byte)41 : (byte)4;
        byte[] datagram =
            [0xc0, (byte)random.Next(256), 0x17, 0xc0, 0, 0, 0, 0, 0, follows, 0, 0, .. frame.AsSpan(14)];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        return TestFrame.Ip(Peers[random.Next(Peers.Length)], Node, 17, datagram);
    }
}
