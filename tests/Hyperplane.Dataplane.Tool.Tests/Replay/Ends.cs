using System.Buffers.Binary;
using System.Net;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tool.Tests.Replay;

/// <summary>Frames of clients, and of targets that answer what they got.</summary>
internal static class Ends
{
    public const string Vip = "198.18.0.10";

    private static readonly byte[] NodeMac = [2, 0, 0, 0, 0, 1];

    public const string Client6 = "2001:db8:c::9";
    public const string Vip6 = "2001:db8:10::10";

    public static Frame Client(ushort port, TcpFlags flags = TcpFlags.Ack, int payload = 0, string ip = "192.0.2.9") =>
        new(ip, port, ip == Client6 ? Vip6 : Vip, 80)
        {
            Flags = flags, Sequence = (flags & TcpFlags.Syn) != TcpFlags.None ? 999u : 1_000u,
            Acknowledgement = flags == TcpFlags.Syn ? 0u : 9_001u, Payload = new byte[payload],
        };

    public static Frame Question(ushort port, string ip = "192.0.2.9") =>
        new(ip, port, ip == Client6 ? Vip6 : Vip, 53) { Protocol = 17, Payload = [1, 2, 3] };

    /// <summary>To the node's MAC address.</summary>
    public static byte[] ToNode(this Frame frame)
    {
        byte[] bytes = frame.Bytes();
        NodeMac.CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>The other way than a frame that the node sent to the target.</summary>
    public static Frame Answer(byte[] sent, TcpFlags flags = TcpFlags.Ack, int payload = 0)
    {
        FlowKey key = Frame.KeyOf(sent);
        return new Frame(
            key.Destination.ToString(), Port(key.DestinationPortBe),
            key.Source.ToString(), Port(key.SourcePortBe))
        {
            Protocol = (byte)key.Protocol, Flags = flags,
            Sequence = (flags & TcpFlags.Syn) != TcpFlags.None ? 9_000u : 9_001u, Acknowledgement = 1_000,
            Payload = new byte[payload],
        };
    }

    private static ushort Port(ushort portBe) => BinaryPrimitives.ReverseEndianness(portBe);
}
