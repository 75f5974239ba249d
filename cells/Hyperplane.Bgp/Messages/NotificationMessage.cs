using System.Text;

namespace Hyperplane.Bgp.Messages;

/// <summary>The last message of a session: why it ends (RFC 4271 4.5; text of a Cease: RFC 9003).</summary>
internal static class NotificationMessage
{
    public const byte AdministrativeShutdown = 2;
    public const byte AdministrativeReset = 4;
    public const byte BfdDown = 10; // RFC 9384

    private const int MaxTextBytes = 255;
    private const int BodyOffset = BgpHeader.SizeBytes + 2;

    /// <summary>Cease 6/2 with a reason, cut at a character's boundary to 255 bytes of UTF-8.</summary>
    public static BgpError Shutdown(string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason);
        int lengthBytes = Math.Min(text.Length, MaxTextBytes);
        while (lengthBytes > 0 && lengthBytes < text.Length && (text[lengthBytes] & 0xC0) == 0x80)
            lengthBytes--;
        byte[] data = [(byte)lengthBytes, .. text.AsSpan(0, lengthBytes)];
        return new BgpError(BgpErrorCode.Cease, AdministrativeShutdown, lengthBytes == 0 ? default : data);
    }

    /// <summary>
    /// Writes the whole message; data that would exceed 4,096 bytes is cut. Returns its length in bytes.
    /// </summary>
    public static int Write(Span<byte> destination, BgpError error)
    {
        int dataBytes = Math.Min(error.Data.Length, BgpHeader.MaxMessageBytes - BodyOffset);
        BgpHeader.Write(destination, BgpMessageType.Notification, BodyOffset + dataBytes);
        destination[19] = (byte)error.Code;
        destination[20] = error.Subcode;
        error.Data.Span[..dataBytes].CopyTo(destination[BodyOffset..]);
        return BodyOffset + dataBytes;
    }

    /// <summary>
    /// Reads a body that the header check found to be at least 2 bytes long; every body is acceptable.
    /// </summary>
    public static BgpError Read(ReadOnlySpan<byte> body) => new((BgpErrorCode)body[0], body[1], body[2..].ToArray());

    /// <summary>
    /// The reason a peer gave with a shutdown or reset, without control characters; null if it gave none.
    /// </summary>
    public static string? Text(BgpError error)
    {
        ReadOnlySpan<byte> data = error.Data.Span;
        bool mayHaveText = error.Code == BgpErrorCode.Cease
            && error.Subcode is AdministrativeShutdown or AdministrativeReset;
        if (!mayHaveText || data.Length < 2 || data[0] == 0)
            return null;
        string text = Encoding.UTF8.GetString(data.Slice(1, Math.Min(data[0], data.Length - 1)));
        return string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));
    }
}
