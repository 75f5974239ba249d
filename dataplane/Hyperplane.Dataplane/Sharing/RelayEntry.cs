using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>Whose flow a key is, for the XDP program, and what it noted meanwhile.</summary>
/// <remarks>24 bytes, <c>struct relay_entry</c> in <c>bpf/hyperplane.h</c>. It counts only while the node's running
/// start is <see cref="OwnerStart"/>.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 24)]
public struct RelayEntry
{
    /// <summary>The owner's start.</summary>
    public ulong OwnerStart;

    /// <summary>Coarse time of the last frame, nanoseconds of CLOCK_MONOTONIC; written by the program.</summary>
    public ulong LastSeenNs;

    /// <summary>Frames relayed by the program.</summary>
    public uint Packets;

    /// <summary>The owner's node id.</summary>
    public ushort OwnerNode;

    /// <summary>The outer source port, should the owner be reached by a tunnel; network order.</summary>
    public ushort TunnelPortBe;
}
