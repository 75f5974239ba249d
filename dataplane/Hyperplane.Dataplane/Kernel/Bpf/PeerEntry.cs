using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Another node as the XDP program sees it, by node id: <c>struct peer</c> in
/// <c>bpf/hyperplane.h</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 16)]
internal record struct PeerEntry
{
    /// <summary>Its running start; relay entries with another one are a miss.</summary>
    public ulong Start;

    /// <summary>Its place among the next hops; 0 when it is not on the same subnet.</summary>
    public uint NextHop;

    /// <summary>1 when frames may be relayed to it.</summary>
    public uint Alive;
}
