using System.Runtime.InteropServices;

namespace Hyperplane.Flows.Remote;

/// <summary>What precedes the records that a replica gives its twin.</summary>
/// <remarks>8 bytes, little-endian.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = Bytes)]
public struct PageHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Bytes = 8;

    /// <summary>What to ask for next; 0 when this was the last page.</summary>
    public int Next;
}
