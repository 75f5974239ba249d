using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Another node as the XDP program sees it, by node id: <c>struct peer</c> in
/// <c>bpf/hyperplane.h</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 24)]
internal record struct PeerEntry
{
    /// <summary>Its running start; relay entries with another one are a miss.</summary>
    public ulong Start;

    /// <summary>Where its frames go: itself, or a gateway when there is a tunnel; 0 for nowhere.</summary>
    public uint NextHop;

    /// <summary>1 when frames may be relayed to it.</summary>
    public uint Alive;

    /// <summary>The tunnel's other end, network order; 0 when it is on the same subnet.</summary>
    public uint TunnelAddressBe;

    /// <summary>Padding, zero.</summary>
    public uint Reserved0;
}
