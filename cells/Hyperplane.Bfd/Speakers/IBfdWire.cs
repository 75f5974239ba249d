using System.Net;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd;

/// <summary>How the loop reaches the network.</summary>
internal interface IBfdWire : IDisposable
{
    /// <summary>Takes the next datagram that waits on the BFD port.</summary>
    bool TryReceive(Span<byte> buffer, out UdpArrival arrival);

    /// <summary>A source port of its own for one session.</summary>
    /// <exception cref="UdpSocketException">The kernel refused it.</exception>
    IBfdSender OpenSender(IPAddress? localAddress);

    /// <summary>Waits for a datagram, a <see cref="Wake"/> or the end of the time.</summary>
    void Wait(long timeoutNs);

    /// <summary>Ends the wait, from any thread.</summary>
    void Wake();
}
