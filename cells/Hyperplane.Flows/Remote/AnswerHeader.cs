using System.Runtime.InteropServices;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Remote;

/// <summary>What precedes the operations of a replica's answer.</summary>
/// <remarks>16 bytes, little-endian.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public struct AnswerHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 16;

    /// <summary>The replica's incarnation, never 0.</summary>
    public ulong ReplicaStart;

    /// <summary>How the replica stands.</summary>
    public NodeFlags Flags;

    /// <summary>What became of the batch.</summary>
    public BatchVerdict Verdict;

    /// <summary>The machine that the replica lives on: its IPv4 address as in the frame; 0 when unknown.</summary>
    public uint PlaceBe;
}
