namespace Hyperplane.Linux.Udp;

/// <summary>Where a datagram came from.</summary>
/// <param name="SourceAddress">IPv4 address as a number: 10.0.0.1 is 0x0A000001.</param>
/// <param name="SourcePort">UDP port.</param>
/// <param name="Ttl">As it arrived, 0..255; −1 when the kernel did not tell.</param>
/// <param name="LengthBytes">Bytes put into the buffer; what did not fit is lost.</param>
public readonly record struct UdpArrival(uint SourceAddress, ushort SourcePort, int Ttl, int LengthBytes);
