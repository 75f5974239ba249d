using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Io;

/// <summary>The Ethernet side of a next hop; the value of the XDP program's next-hop array.</summary>
/// <remarks>24 bytes, <c>struct next_hop</c> in <c>bpf/hyperplane.h</c>. MAC addresses as 6 bytes in wire order, kept
/// in the low
/// 48 bits of a little-endian word. <see cref="Resolved"/> 0 means: drop as <c>next_hop_unresolved</c>.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 24)]
public record struct NextHop(ulong DestinationMac, ulong SourceMac, uint InterfaceIndex, uint Resolved);
