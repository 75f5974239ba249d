using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary><c>struct xdp_desc</c>: a frame in a receive or transmit ring.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XskDescriptor
{
    public ulong Address;
    public uint LengthBytes;
    public uint Options;
}
