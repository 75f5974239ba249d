using System.Buffers.Binary;
using System.Net;

namespace Hyperplane.Bgp.Messages;

/// <summary>Writes UPDATE messages of at most 4,096 bytes, each with as many prefixes as fit.</summary>
/// <remarks>IPv4 travels in the classic fields, IPv6 in MP_REACH_NLRI / MP_UNREACH_NLRI, first in order (RFC 7606
/// 5.1).</remarks>
internal static class UpdateWriter
{
    private const int WithdrawnOffset = BgpHeader.SizeBytes + 2;

    /// <summary>
    /// Announces the first of <paramref name="prefixes"/> with the attributes of <paramref name="route"/>.
    /// </summary>
    /// <param name="destination">At least 4,096 bytes.</param>
    /// <param name="context">The session's facts.</param>
    /// <param name="route">Its attributes count, not its prefix; its next hop must be known.</param>
    /// <param name="prefixes">All of the route's family, at least one.</param>
    /// <param name="takenCount">How many of them are in the message.</param>
    /// <returns>The message's length in bytes.</returns>
    public static int WriteAnnouncement(
        Span<byte> destination,
        UpdateContext context,
        BgpRoute route,
        ReadOnlySpan<IPNetwork> prefixes,
        out int takenCount)
    {
        IPAddress nextHop = context.NextHopOf(route)
            ?? throw new ArgumentException($"{route.Prefix} has no next hop", nameof(route));
        Span<byte> other = stackalloc byte[512];
        int otherBytes = PathAttributeWriter.Write(other, context, route, nextHop);
        int end = BgpHeader.MaxMessageBytes;
        BinaryPrimitives.WriteUInt16BigEndian(destination[BgpHeader.SizeBytes..], 0);
        Span<byte> attributes = destination[(WithdrawnOffset + 2)..end];
        int at;
        if (BgpFamily.Of(route.Prefix) == BgpFamily.Ipv4Unicast)
        {
            other[..otherBytes].CopyTo(attributes);
            BinaryPrimitives.WriteUInt16BigEndian(destination[WithdrawnOffset..], (ushort)otherBytes);
            at = otherBytes + Pack(attributes[otherBytes..], prefixes, out takenCount);
        }
        else
        {
            at = WriteReach(attributes[..^otherBytes], nextHop, prefixes, out takenCount);
            other[..otherBytes].CopyTo(attributes[at..]);
            at += otherBytes;
            BinaryPrimitives.WriteUInt16BigEndian(destination[WithdrawnOffset..], (ushort)at);
        }

        int lengthBytes = WithdrawnOffset + 2 + at;
        BgpHeader.Write(destination, BgpMessageType.Update, lengthBytes);
        return lengthBytes;
    }

    /// <summary>
    /// Withdraws the first of <paramref name="prefixes"/>, all of one family; returns the length in bytes.
    /// </summary>
    public static int WriteWithdrawal(
        Span<byte> destination, BgpFamily family, ReadOnlySpan<IPNetwork> prefixes, out int takenCount)
    {
        int lengthBytes;
        if (family == BgpFamily.Ipv4Unicast)
        {
            int packed = Pack(destination[WithdrawnOffset..(BgpHeader.MaxMessageBytes - 2)], prefixes, out takenCount);
            BinaryPrimitives.WriteUInt16BigEndian(destination[BgpHeader.SizeBytes..], (ushort)packed);
            BinaryPrimitives.WriteUInt16BigEndian(destination[(WithdrawnOffset + packed)..], 0);
            lengthBytes = WithdrawnOffset + packed + 2;
        }
        else
        {
            Span<byte> value = destination[(WithdrawnOffset + 6)..BgpHeader.MaxMessageBytes];
            BinaryPrimitives.WriteUInt16BigEndian(value, family.Afi);
            value[2] = family.Safi;
            int valueBytes = 3 + Pack(value[3..], prefixes, out takenCount);
            BinaryPrimitives.WriteUInt16BigEndian(destination[BgpHeader.SizeBytes..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(destination[WithdrawnOffset..], (ushort)(valueBytes + 4));
            PathAttributeWriter.HeadLong(
                destination[(WithdrawnOffset + 2)..], PathAttributeType.MpUnreachNlri, valueBytes);
            lengthBytes = WithdrawnOffset + 6 + valueBytes;
        }

        BgpHeader.Write(destination, BgpMessageType.Update, lengthBytes);
        return lengthBytes;
    }

    /// <summary>Says that the first full set of a family is out (RFC 4724 2); returns the length in bytes.</summary>
    public static int WriteEndOfRib(Span<byte> destination, BgpFamily family)
    {
        if (family != BgpFamily.Ipv4Unicast)
            return WriteWithdrawal(destination, family, [], out _);
        destination.Slice(BgpHeader.SizeBytes, 4).Clear();
        BgpHeader.Write(destination, BgpMessageType.Update, BgpHeader.SizeBytes + 4);
        return BgpHeader.SizeBytes + 4;
    }

    private static int WriteReach(
        Span<byte> destination, IPAddress nextHop, ReadOnlySpan<IPNetwork> prefixes, out int takenCount)
    {
        Span<byte> value = destination[4..];
        BinaryPrimitives.WriteUInt16BigEndian(value, BgpFamily.Ipv6Unicast.Afi);
        value[2] = BgpFamily.Ipv6Unicast.Safi;
        value[3] = 16;
        nextHop.TryWriteBytes(value[4..], out _);
        value[20] = 0;
        int valueBytes = 21 + Pack(value[21..], prefixes, out takenCount);
        PathAttributeWriter.HeadLong(destination, PathAttributeType.MpReachNlri, valueBytes);
        return 4 + valueBytes;
    }

    private static int Pack(Span<byte> destination, ReadOnlySpan<IPNetwork> prefixes, out int takenCount)
    {
        int at = 0;
        takenCount = 0;
        while (takenCount < prefixes.Length && at + PrefixCodec.SizeBytes(prefixes[takenCount]) <= destination.Length)
            at += PrefixCodec.Write(destination[at..], prefixes[takenCount++]);
        return at;
    }
}
