using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Trace;

/// <summary>Makes the frame that <c>tcp 10.0.0.9:4711 > 198.18.0.10:80</c> describes.</summary>
internal static partial class TupleFrame
{
    private const string Form =
        "write it as \"tcp 10.0.0.9:4711 > 198.18.0.10:80\" (or udp; IPv6 in brackets: [2001:db8::1]:80)";
    private const byte HopLimit = 64;
    private const int UdpPayloadBytes = 18;

    /// <summary>The frame, addressed to the node.</summary>
    /// <exception cref="ToolFailure">The tuple or the flags cannot be understood.</exception>
    public static byte[] Make(HpdpConfig config, string tuple, string? flags)
    {
        Match match = Tuple().Match(tuple);
        if (!match.Success)
            throw Wrong($"--tuple \"{tuple}\" is no 5-tuple; {Form}");
        bool isUdp = match.Groups["protocol"].Value.Equals("udp", StringComparison.OrdinalIgnoreCase);
        if (isUdp && flags is not null)
            throw Wrong("--flags are TCP's; leave them out with udp");
        PacketAddress source = Address(match.Groups["source"].Value);
        PacketAddress destination = Address(match.Groups["destination"].Value);
        if (source.IsIpv4 != destination.IsIpv4)
            throw Wrong($"--tuple \"{tuple}\" mixes IPv4 and IPv6, which no packet does");
        ushort sourcePort = Port(match.Groups["sourcePort"].Value);
        ushort destinationPort = Port(match.Groups["destinationPort"].Value);

        var transport = new byte[isUdp ? UdpView.HeaderBytes + UdpPayloadBytes : TcpView.MinimumHeaderBytes];
        BinaryPrimitives.WriteUInt16BigEndian(transport, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(2), destinationPort);
        if (isUdp)
            BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(4), (ushort)transport.Length);
        else
            WriteTcp(transport, Flags(flags ?? "SYN"));
        byte protocol = (byte)(isUdp ? IpProtocol.Udp : IpProtocol.Tcp);
        MemoryMarshal.Write(
            transport.AsSpan(isUdp ? 6 : TcpView.ChecksumOffset),
            InternetChecksum.OfTransport(source, destination, protocol, transport));
        return Wrap(config, source, destination, protocol, transport);
    }

    /// <summary>Names with commas, plus signs or bars between: SYN,ACK.</summary>
    private static TcpFlags Flags(string text)
    {
        var flags = TcpFlags.None;
        foreach (string name in text.Split([',', '+', '|'], StringSplitOptions.TrimEntries))
        {
            if (!Enum.TryParse(name, ignoreCase: true, out TcpFlags flag) || char.IsAsciiDigit(name[0]))
                throw Wrong($"--flags \"{text}\": {name} is no flag; write some of SYN,ACK,FIN,RST,PSH,URG or NONE");
            flags |= flag;
        }
        return flags;
    }

    private static void WriteTcp(Span<byte> segment, TcpFlags flags)
    {
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], 1_000);
        if ((flags & TcpFlags.Ack) != TcpFlags.None)
            BinaryPrimitives.WriteUInt32BigEndian(segment[8..], 2_000);
        segment[12] = TcpView.MinimumHeaderBytes / 4 << 4;
        segment[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], ushort.MaxValue);
    }

    private static byte[] Wrap(
        HpdpConfig config, PacketAddress source, PacketAddress destination, byte protocol,
        ReadOnlySpan<byte> transport)
    {
        var frame = new byte[EthernetView.HeaderBytes + IpHeader.Bytes(source.IsIpv4) + transport.Length];
        config.Mac.CopyTo(frame);
        NeighbourConfig? sender = config.Neighbours.FirstOrDefault(n => PacketAddress.Of(n.Address) == source)
            ?? config.Neighbours.FirstOrDefault(n => config.Gateways.Contains(n.Address));
        (sender?.Mac ?? [2, 0, 0, 0, 0, 0]).CopyTo(frame, 6);
        transport.CopyTo(IpHeader.Write(frame, source, destination, protocol, HopLimit));
        return frame;
    }

    private static PacketAddress Address(string text)
    {
        string plain = text.StartsWith('[') ? text[1..^1] : text;
        return IPAddress.TryParse(plain, out IPAddress? address) && address.ToString() == plain
            && text.StartsWith('[') == plain.Contains(':', StringComparison.Ordinal)
            ? PacketAddress.Of(address)
            : throw Wrong($"--tuple: {text} is no address; {Form}");
    }

    private static ushort Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? port
            : throw Wrong($"--tuple: {text} is no port (1 to 65535); {Form}");

    private static ToolFailure Wrong(string message) => new(ExitCode.Usage, message);

    [GeneratedRegex(
        @"^\s*(?<protocol>tcp|udp)\s+(?<source>\[[^\]\s]+\]|[^\s:]+):(?<sourcePort>\d+)\s*(?:->|>)\s*"
        + @"(?<destination>\[[^\]\s]+\]|[^\s:]+):(?<destinationPort>\d+)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Tuple();
}
