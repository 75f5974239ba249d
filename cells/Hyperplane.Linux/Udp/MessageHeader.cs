using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary><c>struct msghdr</c> of 64-bit Linux, 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public SocketAddress4* Name;
    public uint NameBytes;
    public uint Padding0;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlBytes;
    public int Flags;
    public uint Padding1;
}
