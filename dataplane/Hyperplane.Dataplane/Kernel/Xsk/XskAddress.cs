using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary><c>struct sockaddr_xdp</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XskAddress
{
    public ushort Family;
    public ushort Flags;
    public uint InterfaceIndex;
    public uint Queue;
    public uint SharedMemorySocket;
}
