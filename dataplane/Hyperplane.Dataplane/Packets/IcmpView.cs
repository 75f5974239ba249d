namespace Hyperplane.Dataplane.Packets;

/// <summary>The fixed part of an ICMP message (RFC 792), 8 bytes.</summary>
public readonly ref struct IcmpView
{
    /// <summary>IANA protocol number of ICMP.</summary>
    public const byte Protocol = 1;

    /// <summary>Length of the fixed part.</summary>
    public const int HeaderBytes = 8;

    private readonly ReadOnlySpan<byte> _message;

    private IcmpView(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Kind of message: 0 echo reply, 3 unreachable, 8 echo, 11 time exceeded.</summary>
    public byte Type => _message[0];

    /// <summary>Kind within the type.</summary>
    public byte Code => _message[1];

    /// <summary>Whether it says that a packet did not arrive: unreachable (also: too long for the path), time exceeded,
    /// parameter problem.</summary>
    public bool IsError => Type is 3 or 11 or 12;

    /// <summary>Whether the checksum over the whole message is right.</summary>
    public bool HasRightChecksum => InternetChecksum.Fold(InternetChecksum.Sum(_message)) == 0xffff;

    /// <summary>What follows the fixed part: for an error, the header it answers.</summary>
    public ReadOnlySpan<byte> Embedded => _message[HeaderBytes..];

    /// <summary>Reads the message in an IPv4 payload.</summary>
    public static ParseVerdict TryRead(ReadOnlySpan<byte> payload, out IcmpView view)
    {
        view = default;
        if (payload.Length < HeaderBytes)
            return ParseVerdict.Truncated;
        view = new IcmpView(payload);
        return ParseVerdict.Ok;
    }
}
