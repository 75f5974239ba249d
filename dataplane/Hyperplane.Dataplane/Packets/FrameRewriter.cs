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
    public static FlowEntry4 Translate(in FlowKey4 from, in FlowKey4 to)
    {
        ulong oldAddresses = from.SourceBe + (ulong)from.DestinationBe;
        ulong newAddresses = to.SourceBe + (ulong)to.DestinationBe;
        return new FlowEntry4
        {
            SourceBe = to.SourceBe,
            DestinationBe = to.DestinationBe,
            SourcePortBe = to.SourcePortBe,
            DestinationPortBe = to.DestinationPortBe,
            IpChecksumDelta = InternetChecksum.Delta(oldAddresses, newAddresses),
            L4ChecksumDelta = InternetChecksum.Delta(
                oldAddresses + from.SourcePortBe + from.DestinationPortBe,
                newAddresses + to.SourcePortBe + to.DestinationPortBe),
        };
    }

    /// <summary>Writes addresses, ports, TTL, checksums and MAC addresses.</summary>
    /// <param name="frame">A frame whose headers were read and found whole, its TTL above 1.</param>
    /// <param name="transportOffset">Where TCP or UDP starts.</param>
    /// <param name="isUdp">UDP, whose checksum 0 means none.</param>
    /// <param name="entry">The translation.</param>
    /// <param name="hop">A resolved next hop.</param>
    public static void Apply(Span<byte> frame, int transportOffset, bool isUdp, in FlowEntry4 entry, in NextHop hop)
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
    public static void ApplyHeader(Span<byte> frame, in FlowEntry4 entry, in NextHop hop)
    {
        WriteEthernet(frame, hop);
        Span<byte> ip = frame.Slice(EthernetView.HeaderBytes, Ipv4View.MinimumHeaderBytes);
        ip[8]--;
        ushort ipChecksum = MemoryMarshal.Read<ushort>(ip[10..]);
        uint ipDelta = (uint)entry.IpChecksumDelta + InternetChecksum.TtlDecrement;
        MemoryMarshal.Write(ip[10..], InternetChecksum.Update(ipChecksum, ipDelta));
        MemoryMarshal.Write(ip[12..], entry.SourceBe);
        MemoryMarshal.Write(ip[16..], entry.DestinationBe);
    }

    /// <summary>Writes the MAC addresses of a next hop.</summary>
    public static void WriteEthernet(Span<byte> frame, in NextHop hop)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(frame, hop.DestinationMac | (hop.SourceMac << 48));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)(hop.SourceMac >> 16));
    }
}
