using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Controller.Addressing;

/// <summary>IPv4 addresses as numbers, so that pools can be counted through.</summary>
internal static class Ipv4
{
    /// <summary>
    /// Reads a dotted quad in its one canonical form: <c>010.0.0.1</c>, <c>1.2</c> and <c>0x7f.1</c> are refused.
    /// </summary>
    public static bool TryParse(string? text, out uint address)
    {
        address = 0;
        if (text is null
            || !IPAddress.TryParse(text, out IPAddress? parsed)
            || parsed.AddressFamily != AddressFamily.InterNetwork)
            return false;
        address = FromIp(parsed);
        return string.Equals(parsed.ToString(), text, StringComparison.Ordinal);
    }

    /// <summary>The number of an IPv4 address.</summary>
    public static uint FromIp(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out int written) && written == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException("not an IPv4 address", nameof(address));
    }

    /// <summary>The address of a number.</summary>
    public static IPAddress ToIp(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }

    /// <summary>The dotted quad of a number.</summary>
    public static string Format(uint address) => ToIp(address).ToString();

    /// <summary>
    /// True for an address that a host can have: not 0/8, loopback, multicast, reserved or broadcast.
    /// </summary>
    public static bool IsHost(uint address) => (address >> 24) is not (0 or 127) and < 224;
}
