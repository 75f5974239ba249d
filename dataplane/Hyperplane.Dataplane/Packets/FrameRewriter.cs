using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Packets;

/// <summary>Turns a frame into what its flow's entry says, in place; the XDP program does the same step by
/// step.</summary>
public static class FrameRewriter
{
    /// <summary>Makes the entry that translates <paramref name="from"/> into <paramref name="to"/>, checksum deltas
    /// included.</summary>
    /// <param name="from">The key as the frame carries it on arrival.</param>
    /// <param name="to">The key as the frame shall carry it.</param>
    public static FlowEntry Translate(in FlowKey from, in FlowKey to)
    {
        ulong oldAddresses = from.Source.Words + from.Destination.Words;
        ulong newAddresses = to.Source.Words + to.Destination.Words;
        return new FlowEntry
        {
            Source = to.Source,
            Destination = to.Destination,
            SourcePortBe = to.SourcePortBe,
            DestinationPortBe = to.DestinationPortBe,
            IpChecksumDelta = from.IsIpv4 && to.IsIpv4
                ? InternetChecksum.Delta(oldAddresses, newAddresses)
                : (ushort)0,
            L4ChecksumDelta = InternetChecksum.Delta(
                oldAddresses + from.SourcePortBe + from.DestinationPortBe,
                newAddresses + to.SourcePortBe + to.DestinationPortBe),
        };
    }

    /// <summary>Writes addresses, ports, TTL, checksums and MAC addresses.</summary>
    /// <param name="frame">A frame whose headers were read and found whole, its TTL above 1.</param>
    /// <param name="transportOffset">Where TCP or UDP starts.</param>
    /// <param name="isUdp">UDP, whose checksum 0 means none.</param>
    /// <param name="entry">The translation, within the frame's family.</param>
    /// <param name="hop">A resolved next hop.</param>
    public static void Apply(Span<byte> frame, int transportOffset, bool isUdp, in FlowEntry entry, in NextHop hop)
    {
        ApplyHeader(frame, entry, hop);
        Span<byte> transport = frame[transportOffset..];
        MemoryMarshal.Write(transport, entry.SourcePortBe);
        MemoryMarshal.Write(transport[2..], entry.DestinationPortBe);
        Span<byte> field = transport[(isUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset)..];
        ushort checksum = MemoryMarshal.Read<ushort>(field);
        if (isUdp && checksum == 0)
            return;
        checksum = InternetChecksum.Update(checksum, entry.L4ChecksumDelta);
        MemoryMarshal.Write(field, isUdp && checksum == 0 ? (ushort)0xffff : checksum);
    }

    /// <summary>Writes all but ports and their checksum: what a fragment that is not the first one needs.</summary>
    public static void ApplyHeader(Span<byte> frame, in FlowEntry entry, in NextHop hop)
    {
        WriteEthernet(frame, hop);
        Span<byte> ip = frame[EthernetView.HeaderBytes..];
        if (!entry.Source.IsIpv4)
        {
            ip[7]--;
            MemoryMarshal.Write(ip[8..], entry.Source);
            MemoryMarshal.Write(ip[24..], entry.Destination);
            return;
        }
        ip[8]--;
        ushort ipChecksum = MemoryMarshal.Read<ushort>(ip[10..]);
        uint ipDelta = (uint)entry.IpChecksumDelta + InternetChecksum.TtlDecrement;
        MemoryMarshal.Write(ip[10..], InternetChecksum.Update(ipChecksum, ipDelta));
        MemoryMarshal.Write(ip[12..], entry.Source.Ipv4Be);
        MemoryMarshal.Write(ip[16..], entry.Destination.Ipv4Be);
    }

    /// <summary>Counts a hop, and nothing else.</summary>
    public static void DecrementTtl(Span<byte> frame, bool isIpv4)
    {
        Span<byte> ip = frame[EthernetView.HeaderBytes..];
        if (!isIpv4)
        {
            ip[7]--;
            return;
        }
        ip[8]--;
        ushort checksum = MemoryMarshal.Read<ushort>(ip[10..]);
        MemoryMarshal.Write(ip[10..], InternetChecksum.Update(checksum, InternetChecksum.TtlDecrement));
    }

    /// <summary>Writes the MAC addresses of a next hop.</summary>
    public static void WriteEthernet(Span<byte> frame, in NextHop hop)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(frame, hop.DestinationMac | (hop.SourceMac << 48));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)(hop.SourceMac >> 16));
    }
}
