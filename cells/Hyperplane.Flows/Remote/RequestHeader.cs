using System.Runtime.InteropServices;

namespace Hyperplane.Flows.Remote;

/// <summary>What precedes the operations of a batch for a replica.</summary>
/// <remarks>32 bytes, little-endian. The sequence grows with each call of a node's start, so that a call that was given
/// up and arrives late is known.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public struct RequestHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 32;

    /// <summary>The replica's incarnation as the caller knows it; 0 when it knows none.</summary>
    public ulong ReplicaStart;

    /// <summary>The caller's incarnation.</summary>
    public ulong Start;

    /// <summary>Grows with each call.</summary>
    public ulong Sequence;

    /// <summary>The caller.</summary>
    public ushort Node;
}
