using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Writes IP headers without options.</summary>
public static class IpHeader
{
    private const ushort MustNotBeCut = 0x4000;

    /// <summary>Length of a header.</summary>
    public static int Bytes(bool isIpv4) => isIpv4 ? Ipv4View.MinimumHeaderBytes : Ipv6View.MinimumHeaderBytes;

    /// <summary>Writes EtherType and header of a packet that fills a frame.</summary>
    /// <param name="frame">Whole; cleared where the header goes.</param>
    /// <param name="source">Of the same family as <paramref name="destination"/>.</param>
    /// <param name="destination">The receiver.</param>
    /// <param name="protocol">IANA number of the payload.</param>
    /// <param name="hopLimit">The TTL.</param>
    /// <param name="trafficClass">Of IPv4 the type of service.</param>
    /// <param name="flowLabel">Of IPv6 alone.</param>
    /// <returns>The payload.</returns>
    public static Span<byte> Write(
        Span<byte> frame, in PacketAddress source, in PacketAddress destination, byte protocol, byte hopLimit,
        byte trafficClass = 0, ushort flowLabel = 0)
    {
        Span<byte> ip = frame[EthernetView.HeaderBytes..];
        if (!source.IsIpv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EthernetView.Ipv6);
            BinaryPrimitives.WriteUInt32BigEndian(ip, (6u << 28) | ((uint)trafficClass << 20) | flowLabel);
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(ip.Length - Ipv6View.MinimumHeaderBytes));
            ip[6] = protocol;
            ip[7] = hopLimit;
            MemoryMarshal.Write(ip[8..], source);
            MemoryMarshal.Write(ip[24..], destination);
            return ip[Ipv6View.MinimumHeaderBytes..];
        }
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EthernetView.Ipv4);
        ip[0] = 0x45;
        ip[1] = trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], MustNotBeCut);
        ip[8] = hopLimit;
        ip[9] = protocol;
        MemoryMarshal.Write(ip[12..], source.Ipv4Be);
        MemoryMarshal.Write(ip[16..], destination.Ipv4Be);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip[..Ipv4View.MinimumHeaderBytes]));
        return ip[Ipv4View.MinimumHeaderBytes..];
    }
}
