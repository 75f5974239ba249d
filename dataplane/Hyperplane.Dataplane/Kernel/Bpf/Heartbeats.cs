namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Where pipeline threads show the XDP program that they live; it drops our frames when one does
/// not.</summary>
/// <remarks>One store, no system call. The clock is CLOCK_MONOTONIC in nanoseconds, as
/// <see cref="TimeProvider.GetTimestamp"/> of
/// <see cref="TimeProvider.System"/> reads it on Linux; the program reads the same clock with a tick's
/// resolution.</remarks>
internal sealed unsafe class Heartbeats : IDisposable
{
    /// <summary><c>MAX_PIPELINES</c>.</summary>
    public const int Max = 16;

    private const int SlotBytes = 64;
    private readonly BpfMemory _memory;

    public Heartbeats(BpfMap variables)
    {
        if (variables.ValueBytes < Max * SlotBytes)
            throw new KernelException("the XDP program has no room for heartbeats: build it again.");
        _memory = new BpfMemory(variables, variables.ValueBytes);
    }

    /// <summary>This thread lived at this time.</summary>
    public void Beat(int pipeline, long nowNs)
    {
        // SAFETY: as Slot says.
        Volatile.Write(ref *Slot(pipeline), nowNs);
    }

    /// <summary>Whether more than a quarter of this thread's place for half-open flows is taken.</summary>
    public void Tell(int pipeline, bool isCrowded)
    {
        // SAFETY: as Slot says; the second word of a slot.
        Volatile.Write(ref Slot(pipeline)[1], isCrowded ? 1 : 0);
    }

    /// <summary>The time of the last beat; 0 when there was none.</summary>
    public long LastBeatNs(int pipeline)
    {
        // SAFETY: as Slot says.
        return Volatile.Read(ref *Slot(pipeline));
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    // SAFETY: the index is below Max, the constructor saw Max slots, and HyperplaneProgram outlives the threads that
    // beat.
    private long* Slot(int pipeline) => (uint)pipeline < Max
        ? (long*)(_memory.Address + (pipeline * SlotBytes))
        : throw new ArgumentOutOfRangeException(nameof(pipeline));
}
