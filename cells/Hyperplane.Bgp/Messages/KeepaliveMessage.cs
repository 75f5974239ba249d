namespace Hyperplane.Bgp.Messages;

/// <summary>A bare header that says "still here" (RFC 4271 4.4).</summary>
internal static class KeepaliveMessage
{
    /// <summary>Writes the message; returns its length in bytes.</summary>
    public static int Write(Span<byte> destination)
    {
        BgpHeader.Write(destination, BgpMessageType.Keepalive, BgpHeader.SizeBytes);
        return BgpHeader.SizeBytes;
    }
}
