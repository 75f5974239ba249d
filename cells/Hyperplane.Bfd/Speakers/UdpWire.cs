using System.Net;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd;

/// <summary>UDP of single-hop BFD over IPv4: port 3784, a source port for each session (RFC 5881 4).</summary>
internal sealed class UdpWire : IBfdWire
{
    /// <summary>Where BFD control packets go.</summary>
    public const int Port = 3784;

    private const int FirstSourcePort = 49_152;
    private const int LastSourcePort = 65_535;
    private const int ReceiveBufferBytes = 1 << 20;
    private const int SenderBufferBytes = 2_048;
    private readonly UdpSocket _socket;
    private readonly DescriptorWait _wait;
    private readonly Random _random;

    /// <exception cref="UdpSocketException">The port is taken, or the kernel refused it.</exception>
    public UdpWire(IPAddress listenAddress, Random random)
    {
        _random = random;
        _socket = UdpSocket.Open(listenAddress, Port, ReceiveBufferBytes);
        _wait = new DescriptorWait();
    }

    public bool TryReceive(Span<byte> buffer, out UdpArrival arrival) => _socket.TryReceive(buffer, out arrival);

    public IBfdSender OpenSender(IPAddress? localAddress) => new Sender(UdpSocket.OpenInRange(
        localAddress ?? IPAddress.Any, FirstSourcePort, LastSourcePort, SenderBufferBytes, _random));

    public void Wait(long timeoutNs) => _wait.For(_socket, timeoutNs);

    public void Wake() => _wait.Wake();

    public void Dispose()
    {
        _socket.Dispose();
        _wait.Dispose();
    }

    private sealed class Sender(UdpSocket socket) : IBfdSender
    {
        public int Send(ReadOnlySpan<byte> packet, uint address) => socket.Send(packet, address, Port);

        public void Dispose() => socket.Dispose();
    }
}
