using System.Buffers.Binary;

namespace Hyperplane.Bfd;

/// <summary>A BFD control packet without authentication, 24 bytes (RFC 5880 4.1).</summary>
/// <remarks>Reading any bytes ends in a verdict, never in an exception; neither direction allocates.</remarks>
public readonly record struct BfdPacket
{
    /// <summary>Length of a packet without authentication.</summary>
    public const int SizeBytes = 24;

    private const int MinAuthenticatedBytes = 26;
    private const int Version = 1;
    private const int PollBit = 0x20;
    private const int FinalBit = 0x10;
    private const int ControlPlaneIndependentBit = 0x08;
    private const int AuthenticationBit = 0x04;
    private const int DemandBit = 0x02;
    private const int MultipointBit = 0x01;

    /// <summary>The sender's state.</summary>
    public BfdState State { get; init; }

    /// <summary>Why the sender last changed its state.</summary>
    public BfdDiagnostic Diagnostic { get; init; }

    /// <summary>The sender asks for an answer with <see cref="Final"/>.</summary>
    public bool Poll { get; init; }

    /// <summary>The answer to <see cref="Poll"/>.</summary>
    public bool Final { get; init; }

    /// <summary>The sender's BFD outlives its control plane.</summary>
    public bool ControlPlaneIndependent { get; init; }

    /// <summary>The sender wants no periodic packets.</summary>
    public bool Demand { get; init; }

    /// <summary>Packets whose loss makes the session fail, 1..255.</summary>
    public byte DetectMult { get; init; }

    /// <summary>The sender's name of the session, not 0.</summary>
    public uint MyDiscriminator { get; init; }

    /// <summary>The receiver's name of the session, 0 while the sender does not know it.</summary>
    public uint YourDiscriminator { get; init; }

    /// <summary>The sender would like to send this often, in microseconds.</summary>
    public uint DesiredMinTxUs { get; init; }

    /// <summary>The sender can take packets this often, in microseconds; 0: it wants none.</summary>
    public uint RequiredMinRxUs { get; init; }

    /// <summary>The sender can take echoes this often, in microseconds; 0: it returns none.</summary>
    public uint RequiredMinEchoRxUs { get; init; }

    /// <summary>Judges a datagram by the rules of RFC 5880 6.8.6 that need no session.</summary>
    /// <param name="datagram">UDP payload of any length; what is behind the packet is not looked at.</param>
    /// <param name="packet">The packet, if the verdict is <see cref="BfdVerdict.Accepted"/>.</param>
    public static BfdVerdict TryRead(ReadOnlySpan<byte> datagram, out BfdPacket packet)
    {
        packet = default;
        BfdVerdict verdict = Judge(datagram);
        if (verdict != BfdVerdict.Accepted)
            return verdict;
        int flags = datagram[1];
        packet = new BfdPacket
        {
            Diagnostic = (BfdDiagnostic)(datagram[0] & 0x1F),
            State = (BfdState)(flags >> 6),
            Poll = (flags & PollBit) != 0,
            Final = (flags & FinalBit) != 0,
            ControlPlaneIndependent = (flags & ControlPlaneIndependentBit) != 0,
            Demand = (flags & DemandBit) != 0,
            DetectMult = datagram[2],
            MyDiscriminator = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            YourDiscriminator = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            DesiredMinTxUs = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]),
            RequiredMinRxUs = BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]),
            RequiredMinEchoRxUs = BinaryPrimitives.ReadUInt32BigEndian(datagram[20..]),
        };
        return BfdVerdict.Accepted;
    }

    /// <summary>Writes the packet at the start of a buffer of at least <see cref="SizeBytes"/>.</summary>
    public void Write(Span<byte> buffer)
    {
        buffer[0] = (byte)((Version << 5) | ((int)Diagnostic & 0x1F));
        buffer[1] = (byte)(((int)State << 6)
            | (Poll ? PollBit : 0)
            | (Final ? FinalBit : 0)
            | (ControlPlaneIndependent ? ControlPlaneIndependentBit : 0)
            | (Demand ? DemandBit : 0));
        buffer[2] = DetectMult;
        buffer[3] = SizeBytes;
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], MyDiscriminator);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], YourDiscriminator);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[12..], DesiredMinTxUs);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[16..], RequiredMinRxUs);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[20..], RequiredMinEchoRxUs);
    }

    private static BfdVerdict Judge(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < SizeBytes)
            return BfdVerdict.Truncated;
        if (datagram[0] >> 5 != Version)
            return BfdVerdict.BadVersion;
        int flags = datagram[1];
        bool authenticated = (flags & AuthenticationBit) != 0;
        int lengthBytes = datagram[3];
        if (lengthBytes < (authenticated ? MinAuthenticatedBytes : SizeBytes))
            return BfdVerdict.BadLength;
        if (lengthBytes > datagram.Length)
            return BfdVerdict.Truncated;
        if (datagram[2] == 0)
            return BfdVerdict.ZeroDetectMult;
        if ((flags & MultipointBit) != 0)
            return BfdVerdict.Multipoint;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == 0)
            return BfdVerdict.ZeroMyDiscriminator;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]) == 0 && flags >> 6 >= (int)BfdState.Init)
            return BfdVerdict.ZeroYourDiscriminator;
        return authenticated ? BfdVerdict.AuthenticationUnexpected : BfdVerdict.Accepted;
    }
}
