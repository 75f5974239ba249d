using System.Buffers.Binary;
using System.Net;

namespace Hyperplane.Bgp.Messages;

/// <summary>Writes the path attributes of an announcement, except MP_REACH_NLRI, in ascending order.</summary>
internal static class PathAttributeWriter
{
    private const byte Optional = 0x80;
    private const byte Transitive = 0x40;
    private const byte ExtendedLength = 0x10;
    private const byte AsSequence = 2;
    private const uint DefaultLocalPref = 100;

    /// <summary>
    /// At most 64 communities and 11 path segments' worth: below 512 bytes. Returns the length in bytes.
    /// </summary>
    public static int Write(Span<byte> destination, UpdateContext context, BgpRoute route, IPAddress nextHop)
    {
        Head(destination, Transitive, PathAttributeType.Origin, 1);
        destination[3] = 0; // IGP
        int at = 4;
        at += WriteAsPath(destination[at..], context, route.Prepend);
        if (BgpFamily.Of(route.Prefix) == BgpFamily.Ipv4Unicast)
        {
            Head(destination[at..], Transitive, PathAttributeType.NextHop, 4);
            nextHop.TryWriteBytes(destination[(at + 3)..], out _);
            at += 7;
        }

        if (route.Med is { } med)
            at += WriteNumber(destination[at..], Optional, PathAttributeType.MultiExitDisc, med);
        if (context.Internal)
            at += WriteNumber(
                destination[at..], Transitive, PathAttributeType.LocalPref, route.LocalPref ?? DefaultLocalPref);
        at += WriteCommunities(destination[at..], route.Communities);
        if (!context.FourOctetAs && !context.Internal && context.LocalAs > ushort.MaxValue)
            at += WriteAsSequence(
                destination[at..],
                Optional | Transitive,
                PathAttributeType.As4Path,
                context.LocalAs,
                1 + route.Prepend,
                4);
        return at;
    }

    /// <summary>
    /// Writes the 4 bytes before a value of up to 65,535 bytes of an optional, non-transitive attribute.
    /// </summary>
    public static void HeadLong(Span<byte> destination, PathAttributeType type, int valueBytes)
    {
        destination[0] = Optional | ExtendedLength;
        destination[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)valueBytes);
    }

    private static int WriteAsPath(Span<byte> destination, UpdateContext context, int prepend)
    {
        if (context.Internal)
        {
            Head(destination, Transitive, PathAttributeType.AsPath, 0);
            return 3;
        }

        uint number = context.FourOctetAs || context.LocalAs <= ushort.MaxValue ? context.LocalAs : OpenMessage.AsTrans;
        return WriteAsSequence(
            destination, Transitive, PathAttributeType.AsPath, number, 1 + prepend, context.FourOctetAs ? 4 : 2);
    }

    private static int WriteAsSequence(
        Span<byte> destination, byte flags, PathAttributeType type, uint number, int count, int numberBytes)
    {
        int valueBytes = 2 + count * numberBytes;
        Head(destination, flags, type, (byte)valueBytes);
        destination[3] = AsSequence;
        destination[4] = (byte)count;
        for (int i = 0; i < count; i++)
        {
            Span<byte> place = destination[(5 + i * numberBytes)..];
            if (numberBytes == 4)
                BinaryPrimitives.WriteUInt32BigEndian(place, number);
            else
                BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)number);
        }

        return 3 + valueBytes;
    }

    private static int WriteNumber(Span<byte> destination, byte flags, PathAttributeType type, uint number)
    {
        Head(destination, flags, type, 4);
        BinaryPrimitives.WriteUInt32BigEndian(destination[3..], number);
        return 7;
    }

    private static int WriteCommunities(Span<byte> destination, IReadOnlyList<BgpCommunity> communities)
    {
        if (communities.Count == 0)
            return 0;
        int valueBytes = communities.Count * 4;
        int headBytes = valueBytes > byte.MaxValue ? 4 : 3;
        if (headBytes == 4)
        {
            HeadLong(destination, PathAttributeType.Communities, valueBytes);
            destination[0] |= Transitive;
        }
        else
        {
            Head(destination, Optional | Transitive, PathAttributeType.Communities, (byte)valueBytes);
        }

        for (int i = 0; i < communities.Count; i++)
            BinaryPrimitives.WriteUInt32BigEndian(destination[(headBytes + i * 4)..], communities[i].Value);
        return headBytes + valueBytes;
    }

    private static void Head(Span<byte> destination, byte flags, PathAttributeType type, byte valueBytes)
    {
        destination[0] = flags;
        destination[1] = (byte)type;
        destination[2] = valueBytes;
    }
}
