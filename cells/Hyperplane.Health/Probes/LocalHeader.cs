namespace Hyperplane.Health;

/// <summary>The proxy protocol header, version 2, of a connection that the sender opened for itself.</summary>
/// <remarks>"The PROXY protocol, versions 1 and 2", section 2.2: signature, version 2 with command LOCAL, family
/// unspecified, no addresses.</remarks>
internal static class LocalHeader
{
    /// <summary>All 16 octets.</summary>
    public static ReadOnlyMemory<byte> Octets { get; } = (byte[])[.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x20, 0x00, 0x00, 0x00];
}
