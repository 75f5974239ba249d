using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Start;
    public nuint LengthBytes;
}
