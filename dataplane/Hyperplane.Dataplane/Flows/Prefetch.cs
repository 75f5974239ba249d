using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Asks for memory that is about to be used, without waiting for it.</summary>
/// <remarks>Nothing but speed depends on it; a processor without the instruction does nothing.</remarks>
public static class Prefetch
{
    /// <summary>The cache line in which a place begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line<T>(ref readonly T place)
        where T : unmanaged
    {
        // SAFETY: the address is a hint that is never dereferenced; an array that moves meanwhile makes it useless.
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }

    /// <summary>All cache lines of a place of at most two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Lines<T>(ref readonly T place)
        where T : unmanaged
    {
        // SAFETY: as above.
        if (!Sse.IsSupported)
            return;
        byte* first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in place));
        Sse.Prefetch0(first);
        Sse.Prefetch0(first + sizeof(T) - 1);
    }
}
