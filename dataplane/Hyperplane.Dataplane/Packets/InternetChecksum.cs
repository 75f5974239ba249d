using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The Internet checksum (RFC 1071) and its incremental update (RFC 1624).</summary>
/// <remarks>All words are taken as they lie in memory: one's-complement sums do not care about byte order, so a result
/// stored the same way is in network order on any machine. A zero sum has two forms, 0 and 0xffff; a sum in which any
/// word is not zero always folds to the second one.</remarks>
public static class InternetChecksum
{
    /// <summary>Added for a TTL that goes down by one: the one's complement of that word's change.</summary>
    public static readonly ushort TtlDecrement = BitConverter.IsLittleEndian ? (ushort)0xfffe : (ushort)0xfeff;

    /// <summary>Sum of all 16-bit words, an odd last byte padded with zero; not folded.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        foreach (uint word in MemoryMarshal.Cast<byte, uint>(bytes))
            sum += word;
        ReadOnlySpan<byte> rest = bytes[(bytes.Length & ~3)..];
        if (rest.Length >= 2)
            sum += MemoryMarshal.Read<ushort>(rest);
        if ((rest.Length & 1) != 0)
            sum += BitConverter.IsLittleEndian ? rest[^1] : (ulong)rest[^1] << 8;
        return sum;
    }

    /// <summary>Adds the carries back in until 16 bits remain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xffffffff) + (sum >> 32);
        sum = (sum & 0xffffffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)((sum & 0xffff) + (sum >> 16));
    }

    /// <summary>The checksum of bytes whose own checksum field is zero.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes) => (ushort)~Fold(Sum(bytes));

    /// <summary>The TCP or UDP checksum with its pseudo header (RFC 9293, 3.1; RFC 768; RFC 8200, 8.1), the field in it
    /// taken as zero.</summary>
    /// <remarks>For UDP a result of 0 is given as 0xffff: 0 on the wire means "none".</remarks>
    public static ushort OfTransport(
        in PacketAddress source, in PacketAddress destination, byte protocol, ReadOnlySpan<byte> segment)
    {
        bool isUdp = protocol == (byte)Model.IpProtocol.Udp;
        int field = isUdp ? UdpView.ChecksumOffset : TcpView.ChecksumOffset;
        ulong sum = PseudoSum(source, destination, protocol, segment.Length);
        ushort checksum = (ushort)~Fold(sum + Sum(segment[..field]) + Sum(segment[(field + 2)..]));
        return isUdp && checksum == 0 ? (ushort)0xffff : checksum;
    }

    /// <summary>Sum of the words of a pseudo header (RFC 9293, 3.1; RFC 8200, 8.1).</summary>
    public static ulong PseudoSum(
        in PacketAddress source, in PacketAddress destination, byte protocol, int segmentBytes) =>
        source.Words + destination.Words + Network(protocol) + Network((ushort)segmentBytes);

    /// <summary>The folded sum of new minus old words, for <see cref="Update"/>; each argument a sum of
    /// words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Delta(ulong oldSum, ulong newSum) => Fold(newSum + (ushort)~Fold(oldSum));

    /// <summary>The checksum after a change of <paramref name="delta"/>: HC' = ~(~HC + delta), RFC 1624 equation
    /// 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, uint delta) => (ushort)~Fold((ushort)~checksum + delta);

    private static ulong Network(ushort value) =>
        BitConverter.IsLittleEndian ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value) : value;
}
