using System.Buffers.Binary;

namespace Hyperplane.Bgp.Messages;

/// <summary>The 19 bytes before every message: marker, length, type (RFC 4271 4.1).</summary>
internal static class BgpHeader
{
    public const int SizeBytes = 19;
    public const int MaxMessageBytes = 4096;

    private const int MarkerBytes = 16;

    /// <summary>Judges the head of a stream; errors carry the subcode and data of RFC 4271 6.1.</summary>
    public static FrameVerdict Read(
        ReadOnlySpan<byte> stream, out BgpMessageType type, out int lengthBytes, out BgpError? error)
    {
        type = default;
        lengthBytes = 0;
        error = null;
        if (stream[..Math.Min(stream.Length, MarkerBytes)].ContainsAnyExcept((byte)0xFF))
        {
            error = new BgpError(BgpErrorCode.MessageHeader, 1);
            return FrameVerdict.Bad;
        }

        if (stream.Length < SizeBytes)
            return FrameVerdict.NeedMore;
        lengthBytes = BinaryPrimitives.ReadUInt16BigEndian(stream[MarkerBytes..]);
        type = (BgpMessageType)stream[18];
        if (lengthBytes is < SizeBytes or > MaxMessageBytes)
            error = BadLength(stream);
        else if (type is < BgpMessageType.Open or > BgpMessageType.RouteRefresh)
            error = new BgpError(BgpErrorCode.MessageHeader, 3, stream[18..19].ToArray());
        else if (!LengthFits(type, lengthBytes))
            error = BadLength(stream);
        if (error is not null)
            return FrameVerdict.Bad;
        return stream.Length < lengthBytes ? FrameVerdict.NeedMore : FrameVerdict.Complete;
    }

    /// <summary>Writes the header of a message whose whole length is known.</summary>
    public static void Write(Span<byte> message, BgpMessageType type, int lengthBytes)
    {
        message[..MarkerBytes].Fill(0xFF);
        BinaryPrimitives.WriteUInt16BigEndian(message[MarkerBytes..], (ushort)lengthBytes);
        message[18] = (byte)type;
    }

    private static bool LengthFits(BgpMessageType type, int lengthBytes) => type switch
    {
        BgpMessageType.Open => lengthBytes >= 29,
        BgpMessageType.Update => lengthBytes >= 23,
        BgpMessageType.Notification => lengthBytes >= 21,
        BgpMessageType.Keepalive => lengthBytes == SizeBytes,
        _ => lengthBytes >= 23,
    };

    private static BgpError BadLength(ReadOnlySpan<byte> stream) =>
        new(BgpErrorCode.MessageHeader, 2, stream.Slice(MarkerBytes, 2).ToArray());
}
