namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>MAC addresses as <see cref="Io.NextHop"/> holds them: six bytes in the low end of a little-endian
/// word.</summary>
internal static class MacAddress
{
    private const int Bytes = 6;

    /// <summary>0 when there are not six bytes.</summary>
    public static ulong Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != Bytes)
            return 0;
        ulong mac = 0;
        for (int i = Bytes - 1; i >= 0; i--)
            mac = (mac << 8) | octets[i];
        return mac;
    }
}
