using System.Buffers.Binary;

namespace Hyperplane.Bgp.Messages;

/// <summary>
/// Asks for all routes of one family again (RFC 2918); subtypes 1 and 2 mark begin and end (RFC 7313).
/// </summary>
internal readonly record struct RouteRefreshMessage(BgpFamily Family, byte Subtype)
{
    public const int SizeBytes = BgpHeader.SizeBytes + 4;

    /// <summary>Reads a body of at least 4 bytes; the marks of RFC 7313 must be exactly 4 (else 7/1).</summary>
    public static BgpError? Read(ReadOnlySpan<byte> message, out RouteRefreshMessage refresh)
    {
        ReadOnlySpan<byte> body = message[BgpHeader.SizeBytes..];
        refresh = new RouteRefreshMessage(new BgpFamily(BinaryPrimitives.ReadUInt16BigEndian(body), body[3]), body[2]);
        return refresh.Subtype is 1 or 2 && body.Length != 4
            ? new BgpError(BgpErrorCode.RouteRefreshMessage, 1, message.ToArray())
            : null;
    }

    /// <summary>Writes the message; returns its length in bytes.</summary>
    public int Write(Span<byte> destination)
    {
        BgpHeader.Write(destination, BgpMessageType.RouteRefresh, SizeBytes);
        BinaryPrimitives.WriteUInt16BigEndian(destination[19..], Family.Afi);
        destination[21] = Subtype;
        destination[22] = Family.Safi;
        return SizeBytes;
    }
}
