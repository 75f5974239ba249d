using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary><c>struct xdp_ring_offset</c>: where a ring's parts are in its mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XskRingOffsets
{
    public ulong Producer;
    public ulong Consumer;
    public ulong Entries;
    public ulong Flags;
}
