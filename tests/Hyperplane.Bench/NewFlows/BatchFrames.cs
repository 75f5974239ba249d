using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Bench.NewFlows;

/// <summary>Frames of a batch that one thread writes, has judged, and answers: no lock, no copy.</summary>
/// <remarks>Frames without options or payload: of TCP, or UDP, in either family.</remarks>
internal sealed class BatchFrames : IFrameIo
{
    /// <summary>Frames of a full batch: as many as the pipeline takes at once.</summary>
    public const int Frames = 64;

    private const int BufferBytes = 256;
    private const int Headroom = 64;
    private const int Ethernet = 14;
    private const int Ipv4Bytes = 20;
    private const int Ipv6Bytes = 40;
    private const byte Tcp = 6;

    private readonly byte[] _memory = new byte[Frames * BufferBytes];
    private readonly FrameSlot[] _sent = new FrameSlot[Frames];
    private int _waiting;

    /// <summary>Frames that left since the last <see cref="Write"/> or <see cref="Turn"/>.</summary>
    public int Sent { get; private set; }

    /// <summary>Fills one frame of the next batch from a client.</summary>
    public void Write(
        int index, in PacketAddress client, ushort clientPort, in PacketAddress vip, ushort vipPort, byte protocol,
        TcpFlags flags, uint sequence, uint acknowledgement)
    {
        int bytes = Ethernet + (client.IsIpv4 ? Ipv4Bytes : Ipv6Bytes) + (protocol == Tcp ? 20 : 8);
        Span<byte> frame = _memory.AsSpan((index * BufferBytes) + Headroom, bytes);
        WriteFrame(frame, client, clientPort, vip, vipPort, protocol, flags, sequence, acknowledgement);
        _sent[index] = new FrameSlot((index * BufferBytes) + Headroom, frame.Length);
        _waiting = index + 1;
        Sent = 0;
    }

    /// <summary>Writes a client's SYN over IPv4.</summary>
    public static void WriteSyn(
        Span<byte> frame, in PacketAddress client, ushort clientPort, in PacketAddress vip, ushort vipPort) =>
        WriteFrame(frame, client, clientPort, vip, vipPort, Tcp, TcpFlags.Syn, 1_000, 0);

    /// <summary>Turns a segment of a handshake over IPv4 into what answers it: a SYN-ACK, or the last ACK.</summary>
    public static void Answer(Span<byte> frame, bool isSyn)
    {
        const uint Client = 1_000;
        const uint Target = 5_000;
        if (isSyn)
            TurnFrame(frame, TcpFlags.Syn | TcpFlags.Ack, Target, Client + 1);
        else
            TurnFrame(frame, TcpFlags.Ack, Client + 1, Target + 1);
    }

    /// <summary>Has what was sent come back from where it went, as other segments; addresses and ports are
    /// exchanged.</summary>
    public void Turn(TcpFlags flags, uint sequence, uint acknowledgement)
    {
        for (int i = 0; i < Sent; i++)
            TurnFrame(Bytes(_sent[i]), flags, sequence, acknowledgement);
        (_waiting, Sent) = (Sent, 0);
    }

    /// <inheritdoc/>
    public int Receive(Span<FrameSlot> frames)
    {
        int count = Math.Min(_waiting, frames.Length);
        _sent.AsSpan(0, count).CopyTo(frames);
        _waiting = 0;
        return count;
    }

    /// <inheritdoc/>
    public Span<byte> Bytes(FrameSlot frame) => _memory.AsSpan((int)frame.Offset, frame.LengthBytes);

    /// <inheritdoc/>
    public bool Transmit(FrameSlot frame)
    {
        _sent[Sent++] = frame;
        return true;
    }

    /// <inheritdoc/>
    public void Release(FrameSlot frame)
    {
        // Its place is written again with the next batch.
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // What was sent is in memory.
    }

    /// <inheritdoc/>
    public bool TryGrow(ref FrameSlot frame, int bytes) => false;

    /// <inheritdoc/>
    public int FrameBytes => BufferBytes - Headroom;

    /// <inheritdoc/>
    public bool TryTake(int lengthBytes, out FrameSlot frame)
    {
        frame = default;
        return false;
    }

    /// <inheritdoc/>
    public void Wait(int timeoutMs)
    {
        // Nobody waits: the same thread writes the next batch.
    }

    /// <inheritdoc/>
    public void Wake()
    {
        // See Wait.
    }

    private static void WriteFrame(
        Span<byte> frame, in PacketAddress client, ushort clientPort, in PacketAddress vip, ushort vipPort,
        byte protocol, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        bool isIpv4 = client.IsIpv4;
        int transport = Ethernet + (isIpv4 ? Ipv4Bytes : Ipv6Bytes);
        int transportBytes = protocol == Tcp ? 20 : 8;
        frame.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], isIpv4 ? (ushort)0x0800 : (ushort)0x86dd);
        Span<byte> ip = frame[Ethernet..];
        if (isIpv4)
        {
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ipv4Bytes + transportBytes));
            (ip[8], ip[9]) = (64, protocol);
            MemoryMarshal.Write(ip[12..], client.Ipv4Be);
            MemoryMarshal.Write(ip[16..], vip.Ipv4Be);
            MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip[..Ipv4Bytes]));
        }
        else
        {
            ip[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)transportBytes);
            (ip[6], ip[7]) = (protocol, 64);
            MemoryMarshal.Write(ip[8..], client);
            MemoryMarshal.Write(ip[24..], vip);
        }
        Span<byte> segment = frame[transport..];
        BinaryPrimitives.WriteUInt16BigEndian(segment, clientPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], vipPort);
        if (protocol == Tcp)
            WriteTcp(segment, flags, sequence, acknowledgement);
        else
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)transportBytes);
    }

    private static void TurnFrame(Span<byte> frame, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        bool isIpv4 = frame[12] == 0x08;
        int transport = Ethernet + (isIpv4 ? Ipv4Bytes : Ipv6Bytes);
        int address = isIpv4 ? 4 : 16;
        Exchange(frame.Slice(transport - (2 * address), 2 * address));
        Exchange(frame.Slice(transport, 4));
        WriteTcp(frame[transport..], flags, sequence, acknowledgement);
        if (!isIpv4)
            return;
        Span<byte> ip = frame.Slice(Ethernet, Ipv4Bytes);
        ip[10] = ip[11] = 0;
        MemoryMarshal.Write(ip[10..], InternetChecksum.Of(ip));
    }

    private static void WriteTcp(Span<byte> segment, TcpFlags flags, uint sequence, uint acknowledgement)
    {
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], acknowledgement);
        (segment[12], segment[13]) = (5 << 4, (byte)flags);
    }

    private static void Exchange(Span<byte> both)
    {
        int half = both.Length / 2;
        for (int i = 0; i < half; i++)
            (both[i], both[half + i]) = (both[half + i], both[i]);
    }
}
