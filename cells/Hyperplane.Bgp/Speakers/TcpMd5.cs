using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Bgp;

/// <summary>
/// Builds the value of Linux' TCP_MD5SIG option (RFC 2385; struct tcp_md5sig of linux/tcp.h, 216 bytes).
/// </summary>
internal static class TcpMd5
{
    /// <summary>TCP_MD5SIG of linux/tcp.h, at level IPPROTO_TCP.</summary>
    public const int OptionName = 14;

    /// <summary>TCP_MD5SIG_MAXKEYLEN.</summary>
    public const int MaxKeyBytes = 80;

    private const int SizeBytes = 216;
    private const int KeyLengthOffset = 130;
    private const int KeyOffset = 136;
    private const ushort LinuxInet = 2;
    private const ushort LinuxInet6 = 10; // not AddressFamily.InterNetworkV6, which is 23

    /// <summary>The option's value for one peer, any port.</summary>
    public static byte[] Option(IPAddress peer, string password)
    {
        byte[] option = new byte[SizeBytes];
        bool ipv4 = peer.AddressFamily == AddressFamily.InterNetwork;
        WriteNative(option, ipv4 ? LinuxInet : LinuxInet6);
        peer.TryWriteBytes(option.AsSpan(ipv4 ? 4 : 8), out _);
        int keyBytes = Encoding.UTF8.GetBytes(password, option.AsSpan(KeyOffset));
        WriteNative(option.AsSpan(KeyLengthOffset), (ushort)keyBytes);
        return option;
    }

    private static void WriteNative(Span<byte> place, ushort value)
    {
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.WriteUInt16LittleEndian(place, value);
        else
            BinaryPrimitives.WriteUInt16BigEndian(place, value);
    }
}
