using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Kernel;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tests.Pipeline;
using Hyperplane.Dataplane.Tests.Sharing;
using static Hyperplane.Dataplane.Packets.TcpFlags;

namespace Hyperplane.Dataplane.Tests.Queues;

/// <summary>Frames as clients, targets, routers and other nodes send them, right and odd ones: of few flows, so that
/// they meet.</summary>
internal sealed class Chatter(Random random)
{
    private const int Clients = 24;
    private const int ProxiedPort = 81;
    private const int DirectPort = 82;

    private static readonly TcpFlags[] Flags =
        [Syn, Syn, Syn, Ack, Ack | Psh, Ack | Psh, Fin | Ack, Rst, Syn | Fin, Syn | Ack];

    /// <summary>Listeners of every kind: both families, UDP, proxy protocol, mode dsr.</summary>
    public static DataplaneModel Model()
    {
        DataplaneModel model = Bench.DualModel();
        ListenerModel[] more =
        [
            new ListenerModel(90, IpProtocol.Tcp, ProxiedPort, 8, 350_000),
            new ListenerModel(91, IpProtocol.Tcp, DirectPort, 9, 350_000),
            new ListenerModel(92, IpProtocol.Udp, DirectPort, 9, 120_000),
        ];
        return model with
        {
            Vips = [model.Vips[0] with { Listeners = [.. model.Vips[0].Listeners, .. more] }, model.Vips[1]],
            TunnelSources = [IPAddress.Parse(SharedBench.Fabric)],
            TargetGroups =
            [
                .. model.TargetGroups,
                new TargetGroupModel(8, [Bench.Target(21, "10.0.0.21")], ProxyProtocol: true),
                new TargetGroupModel(9, [Bench.Target(22, "10.0.0.22")], Tunnel: new TunnelModel(TunnelKind.Gue)),
            ],
        };
    }

    /// <summary>A frame from outside, or what may come back because one left.</summary>
    public byte[] Next(List<byte[]> left)
    {
        byte[] frame = left.Count > 0 && random.Next(3) > 0 ? Back(left[random.Next(left.Count)]) : FromClient();
        if (random.Next(20) == 0)
            SharedBench.MacOf(SharedBench.Peer).CopyTo(frame, 6);
        if (random.Next(40) == 0)
            frame[random.Next(12, frame.Length)] ^= (byte)random.Next(256);
        return frame;
    }

    /// <summary>Pieces of a datagram, in any order.</summary>
    public byte[][] Pieces()
    {
        byte[] whole = TestFrame.Udp(Bench.Client, Port(), Bench.Vip, 53, 1_200);
        ushort id = (ushort)random.Next(65_536);
        byte[][] pieces = [.. new[] { 0, 400, 800 }.Select(at =>
        {
            byte[] payload = whole[(34 + at)..Math.Min(whole.Length, 34 + at + 400)];
            byte[] piece = TestFrame.Ip(Bench.Client, Bench.Vip, 17, payload);
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(18), id);
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(20), (ushort)((at / 8) | (at < 800 ? 0x2000 : 0)));
            TestFrame.FixIpChecksum(piece);
            return piece;
        })];
        random.Shuffle(pieces);
        return pieces;
    }

    private ushort Port() => (ushort)(40_000 + random.Next(Clients));

    private byte[] FromClient()
    {
        bool isIpv4 = random.Next(3) > 0;
        bool isTcp = random.Next(3) > 0;
        int port = isIpv4 && random.Next(3) == 0 ? random.Next(ProxiedPort, DirectPort + 2) : isTcp ? 80 : 53;
        return Of(isIpv4 ? Bench.Client : Bench.Client6, Port(), isIpv4 ? Bench.Vip : Bench.Vip6, (ushort)port, isTcp);
    }

    /// <summary>An answer by whoever got a frame, or an error about it.</summary>
    private byte[] Back(byte[] sent)
    {
        if (EthernetView.TryRead(sent, out EthernetView ethernet) != ParseVerdict.Ok
            || IpView.TryRead(ethernet, out IpView ip) != ParseVerdict.Ok || ip.IsFragment
            || ip.Protocol is not (6 or 17) || ip.Payload.Length < 20)
            return FromClient();
        if (ip.IsIpv4 && random.Next(4) == 0)
            return Error(sent);
        var source = new IPAddress(AddressOf(ip.Destination));
        var destination = new IPAddress(AddressOf(ip.Source));
        Frame answer = new(
            source.ToString(), BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[2..]),
            destination.ToString(), BinaryPrimitives.ReadUInt16BigEndian(ip.Payload))
        {
            Protocol = ip.Protocol, Payload = new byte[random.Next(4) * 100], Window = 4_000,
        };
        if (ip.Protocol == 17)
            return answer.Bytes();
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(ip.Payload[4..]);
        uint acknowledgement = BinaryPrimitives.ReadUInt32BigEndian(ip.Payload[8..]);
        bool isSyn = (ip.Payload[13] & (byte)Syn) != 0;
        TcpFlags flags = (ip.Payload[13] & (byte)(Syn | Ack)) == (byte)Syn
            ? Syn | Ack
            : random.Next(4) == 0 ? Flags[random.Next(Flags.Length)] : Ack;
        return (answer with
        {
            Flags = flags, Sequence = acknowledgement, Acknowledgement = sequence + (isSyn ? 1u : 0),
            Payload = isSyn ? [] : answer.Payload,
        }).Bytes();
    }

    private static byte[] AddressOf(PacketAddress address)
    {
        byte[] bytes = new byte[16];
        MemoryMarshal.Write(bytes, address);
        return address.IsIpv4 ? bytes[12..] : bytes;
    }

    private byte[] Error(byte[] about)
    {
        byte[] message = [3, 4, 0, 0, 0, 0, 5, 120, .. about[14..Math.Min(about.Length, 14 + 60)]];
        MemoryMarshal.Write(message.AsSpan(2), InternetChecksum.Of(message));
        string to = string.Create(CultureInfo.InvariantCulture, $"{about[26]}.{about[27]}.{about[28]}.{about[29]}");
        return TestFrame.Ip("192.0.2.254", to, 1, message);
    }

    private byte[] Of(string source, ushort sourcePort, string destination, ushort port, bool isTcp)
    {
        TcpFlags flags = Flags[random.Next(Flags.Length)];
        return new Frame(source, sourcePort, destination, port)
        {
            Protocol = isTcp ? (byte)6 : (byte)17,
            Flags = flags,
            Sequence = 5_000 + (uint)random.Next(2),
            Acknowledgement = flags == Syn ? 0 : 90_001u,
            Payload = flags == Syn ? [] : new byte[random.Next(40)],
            TimeToLive = (byte)(random.Next(30) == 0 ? 1 : 64),
        }.Bytes();
    }
}
