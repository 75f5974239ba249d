using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The header of the proxy protocol, version 2, that names a TCP connection's client and VIP.</summary>
/// <remarks>As in "The PROXY protocol, versions 1 and 2", section 2.2: 12 octets of signature, version and command,
/// family and protocol, the length of the rest, then addresses and ports in network order. Without
/// type-length-value fields.</remarks>
public static class ProxyHeader
{
    /// <summary>Length of a header with IPv4 addresses.</summary>
    public const int Ipv4Bytes = StartBytes + 12;

    /// <summary>Length of a header with IPv6 addresses.</summary>
    public const int Ipv6Bytes = StartBytes + 36;

    private const int StartBytes = 16;
    private const byte Version2Proxy = 0x21;
    private const byte TcpOverIpv4 = 0x11;
    private const byte TcpOverIpv6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Length of the header of a client's connection.</summary>
    public static int BytesOf(in FlowKey forward) => forward.IsIpv4 ? Ipv4Bytes : Ipv6Bytes;

    /// <summary>Writes it.</summary>
    /// <param name="header">At least <see cref="BytesOf"/> bytes.</param>
    /// <param name="forward">The key of the client's frames.</param>
    public static void Write(Span<byte> header, in FlowKey forward)
    {
        Signature.CopyTo(header);
        header[12] = Version2Proxy;
        header[13] = forward.IsIpv4 ? TcpOverIpv4 : TcpOverIpv6;
        header[14] = 0;
        header[15] = (byte)(BytesOf(forward) - StartBytes);
        Span<byte> ports;
        if (forward.IsIpv4)
        {
            MemoryMarshal.Write(header[16..], forward.Source.Ipv4Be);
            MemoryMarshal.Write(header[20..], forward.Destination.Ipv4Be);
            ports = header[24..];
        }
        else
        {
            MemoryMarshal.Write(header[16..], forward.Source);
            MemoryMarshal.Write(header[32..], forward.Destination);
            ports = header[48..];
        }
        MemoryMarshal.Write(ports, forward.SourcePortBe);
        MemoryMarshal.Write(ports[2..], forward.DestinationPortBe);
    }
}
