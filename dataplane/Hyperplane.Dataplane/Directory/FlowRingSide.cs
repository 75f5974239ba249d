using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Directory;

/// <summary>One side's indices of a <see cref="FlowRing{T}"/>, on a cache line of their own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal struct FlowRingSide
{
    /// <summary>How far this side is; read by the other.</summary>
    [FieldOffset(64)]
    public long Own;

    /// <summary>How far the other side was when it was looked at last.</summary>
    [FieldOffset(72)]
    public long Other;
}
