using System.Net;
using System.Runtime.InteropServices;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd.Tests.Speakers;

/// <summary>A network in memory under the loop: what waits, what was sent, and a clock that stands still.</summary>
internal sealed class FakeWire : TimeProvider, IBfdWire
{
    private readonly Queue<(byte[] Bytes, uint Source, int Ttl)> _waiting = new();

    /// <summary>Nanoseconds.</summary>
    public long NowNs { get; set; } = 1_000_000_000;

    /// <summary>Packets by destination, oldest first.</summary>
    public List<(uint To, BfdPacket Packet)> Sent { get; } = [];

    /// <summary>What the kernel answers to each packet; 0: taken.</summary>
    public int SendErrno { get; set; }

    /// <summary>What the kernel answers to a new socket; 0: here it is.</summary>
    public int OpenErrno { get; set; }

    public int OpenSenders { get; private set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => NowNs;

    public void Put(string source, BfdPacket packet, int ttl = 255)
    {
        byte[] bytes = new byte[BfdPacket.SizeBytes];
        packet.Write(bytes);
        Put(source, bytes, ttl);
    }

    public void Put(string source, byte[] bytes, int ttl = 255) =>
        _waiting.Enqueue((bytes, UdpSocket.ToNumber(IPAddress.Parse(source)), ttl));

    public bool TryReceive(Span<byte> buffer, out UdpArrival arrival)
    {
        arrival = default;
        if (!_waiting.TryDequeue(out (byte[] Bytes, uint Source, int Ttl) packet))
            return false;
        int length = Math.Min(packet.Bytes.Length, buffer.Length);
        packet.Bytes.AsSpan(0, length).CopyTo(buffer);
        arrival = new UdpArrival(packet.Source, 50_000, packet.Ttl, length);
        return true;
    }

    public IBfdSender OpenSender(IPAddress? localAddress)
    {
        if (OpenErrno != 0)
            throw new UdpSocketException("UDP port", OpenErrno);
        OpenSenders++;
        return new Sender(this);
    }

    public void Wait(long timeoutNs) => throw new NotSupportedException("the test moves the time");

    public void Wake()
    {
    }

    public void Dispose()
    {
    }

    private sealed class Sender(FakeWire wire) : IBfdSender
    {
        public int Send(ReadOnlySpan<byte> packet, uint address)
        {
            if (BfdPacket.TryRead(packet, out BfdPacket read) != BfdVerdict.Accepted)
                throw new InvalidOperationException("the loop sent unsound bytes");
            if (wire.SendErrno != 0)
                return wire.SendErrno;
            wire.Sent.Add((address, read));
            return 0;
        }

        public void Dispose() => wire.OpenSenders--;
    }
}
