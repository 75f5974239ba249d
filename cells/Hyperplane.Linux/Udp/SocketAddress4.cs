using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary><c>struct sockaddr_in</c>, 16 bytes; port and address in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketAddress4
{
    public ushort Family;
    public ushort PortBe;
    public uint AddressBe;
    public ulong Padding;
}
