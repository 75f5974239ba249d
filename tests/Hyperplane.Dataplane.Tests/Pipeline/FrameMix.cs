using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;

namespace Hyperplane.Dataplane.Tests.Pipeline;

/// <summary>Frames of a flow and all near them: odd flags, wrong lengths, cut, padded and mutated ones.</summary>
internal static class FrameMix
{
    private static readonly TcpFlags[] OddFlags =
    [
        TcpFlags.None, TcpFlags.Syn, TcpFlags.Fin, TcpFlags.Rst, TcpFlags.Psh, TcpFlags.Syn | TcpFlags.Ack,
        TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Fin,
    ];

    public static byte[] Of(Random random, FlowKey key)
    {
        bool isOdd = random.Next(4) == 0;
        byte[] bytes = new Frame(
            key.Source.ToString(), BinaryPrimitives.ReverseEndianness(key.SourcePortBe),
            key.Destination.ToString(), BinaryPrimitives.ReverseEndianness(key.DestinationPortBe))
        {
            Protocol = (byte)key.Protocol,
            Flags = isOdd ? OddFlags[random.Next(OddFlags.Length)] : TcpFlags.Ack | TcpFlags.Psh,
            Sequence = (uint)random.Next(),
            Acknowledgement = (uint)random.Next(),
            Payload = new byte[random.Next(60)],
            TimeToLive = (byte)(random.Next(10) == 0 ? random.Next(3) : 64),
            IpOptionBytes = random.Next(10) == 0 ? random.Next(11) * 4 : 0,
            TcpOptionBytes = random.Next(4) * 4,
            UdpChecksum = random.Next(4) != 0,
            PaddingBytes = random.Next(4) == 0 ? random.Next(20) : 0,
        }.Bytes();
        return random.Next(6) switch
        {
            0 => Mutate(random, bytes, random.Next(2) == 0),
            1 => bytes[..random.Next(bytes.Length + 1)],
            _ => bytes,
        };
    }

    /// <summary>Changes a few bytes, with or without setting the header checksum right again.</summary>
    private static byte[] Mutate(Random random, byte[] bytes, bool fixChecksum)
    {
        for (int i = random.Next(1, 4); i > 0; i--)
            bytes[random.Next(12, Math.Min(bytes.Length, 54))] = (byte)random.Next(256);
        int headerBytes = (bytes[14] & 15) * 4;
        if (fixChecksum && headerBytes >= 20 && bytes.Length >= 14 + headerBytes)
        {
            bytes[24] = bytes[25] = 0;
            MemoryMarshal.Write(bytes.AsSpan(24), InternetChecksum.Of(bytes.AsSpan(14, headerBytes)));
        }
        return bytes;
    }
}
