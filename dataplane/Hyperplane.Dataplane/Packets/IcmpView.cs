using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Packets;

/// <summary>The fixed part of an ICMP message (RFC 792), or of an ICMPv6 one (RFC 4443), 8 bytes.</summary>
public readonly ref struct IcmpView
{
    /// <summary>IANA protocol number of ICMP.</summary>
    public const byte Protocol = 1;

    /// <summary>IANA protocol number of ICMPv6.</summary>
    public const byte ProtocolV6 = 58;

    /// <summary>Length of the fixed part.</summary>
    public const int HeaderBytes = 8;

    private readonly ReadOnlySpan<byte> _message;
    private readonly ulong _pseudoSum;
    private readonly bool _isIpv4;

    private IcmpView(ReadOnlySpan<byte> message, ulong pseudoSum, bool isIpv4)
    {
        _message = message;
        _pseudoSum = pseudoSum;
        _isIpv4 = isIpv4;
    }

    /// <summary>Kind of message, other numbers in each family.</summary>
    public byte Type => _message[0];

    /// <summary>Kind within the type.</summary>
    public byte Code => _message[1];

    /// <summary>The second half of the fixed part: what it means depends on the type.</summary>
    public uint Word => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>Whether it says that a packet did not arrive: unreachable, too long for the path, time exceeded,
    /// parameter problem.</summary>
    public bool IsError => _isIpv4 ? Type is 3 or 11 or 12 : Type is >= 1 and <= 4;

    /// <summary>Whether the checksum over the whole message is right; ICMPv6's covers the addresses too.</summary>
    public bool HasRightChecksum => InternetChecksum.Fold(InternetChecksum.Sum(_message) + _pseudoSum) == 0xffff;

    /// <summary>What follows the fixed part: for an error, the header it answers.</summary>
    public ReadOnlySpan<byte> Embedded => _message[HeaderBytes..];

    /// <summary>Reads the message in a packet's payload.</summary>
    public static ParseVerdict TryRead(in IpView ip, out IcmpView view)
    {
        view = default;
        if (ip.Payload.Length < HeaderBytes)
            return ParseVerdict.Truncated;
        ulong pseudoSum = ip.IsIpv4
            ? 0
            : InternetChecksum.PseudoSum(ip.Source, ip.Destination, ProtocolV6, ip.Payload.Length);
        view = new IcmpView(ip.Payload, pseudoSum, ip.IsIpv4);
        return ParseVerdict.Ok;
    }
}
