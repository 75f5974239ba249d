using System.Runtime.InteropServices;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Remote;

/// <summary>What precedes the records that a replica gives its twin.</summary>
/// <remarks>16 bytes, little-endian.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Bytes)]
public struct PageHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 16;

    /// <summary>The giver's incarnation, never 0.</summary>
    public ulong Start;

    /// <summary>What to ask for next; 0 when this was the last page.</summary>
    public int Next;

    /// <summary>How the giver stands.</summary>
    public NodeFlags Flags;
}
