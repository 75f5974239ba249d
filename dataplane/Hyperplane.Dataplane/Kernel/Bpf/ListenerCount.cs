using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>What the XDP program forwarded for a listener, a target or a flow in one direction: <c>struct
/// listener_count</c>.</summary>
/// <param name="Packets">Frames.</param>
/// <param name="Bytes">Ethernet frame lengths.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 16)]
internal readonly record struct ListenerCount(ulong Packets, ulong Bytes);
