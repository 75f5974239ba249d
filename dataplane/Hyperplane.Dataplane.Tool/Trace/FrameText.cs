using System.Buffers.Binary;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tool.Trace;

/// <summary>Addresses, keys and headers in words.</summary>
internal static class FrameText
{
    /// <summary>Address and port (network order); IPv6 in brackets.</summary>
    public static string End(in PacketAddress address, ushort portBe) =>
        address.IsIpv4 ? $"{address}:{Port(portBe)}" : $"[{address}]:{Port(portBe)}";

    /// <summary>Of a port in network order.</summary>
    public static ushort Port(ushort portBe) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(portBe) : portBe;

    /// <summary>As <c>--tuple</c> takes it.</summary>
    public static string Tuple(in FlowKey key) =>
        $"{(key.Protocol == (uint)IpProtocol.Udp ? "udp" : "tcp")} {End(key.Source, key.SourcePortBe)} > "
        + End(key.Destination, key.DestinationPortBe);

    /// <summary>By name, with commas.</summary>
    public static string Flags(TcpFlags flags) => flags == TcpFlags.None
        ? "no flag"
        : flags.ToString().Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
}
