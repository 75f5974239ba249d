using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The first members of <c>struct bpf_link_create_opts</c>; what follows them is zero to libbpf.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfLinkOptions
{
    public nuint Bytes;
    public uint Flags;
    public nint IteratorInfo;
    public uint IteratorInfoBytes;
    public uint TargetBtfId;
}
