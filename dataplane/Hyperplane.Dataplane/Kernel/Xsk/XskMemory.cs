using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary><c>struct xdp_umem_reg</c> (its first form is 24 bytes; the kernel takes the longer one as well).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XskMemory
{
    public ulong Address;
    public ulong Bytes;
    public uint ChunkBytes;
    public uint HeadroomBytes;
    public uint Flags;
    public uint MetadataBytes;
}
