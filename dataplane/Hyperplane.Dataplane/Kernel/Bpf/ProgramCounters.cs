using Hyperplane.Dataplane.Counters;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The kernel's side of the counters at one moment: that of the first question.</summary>
/// <remarks>Frames that the program punted and that found their socket's ring or memory full count as
/// <see cref="PacketCounter.DropReceiveFull"/>. Made anew for each reading.</remarks>
internal sealed class ProgramCounters(HyperplaneProgram program, PipelineThreads pipelines) : ICachedCounters
{
    private ulong[]? _frames;

    /// <inheritdoc/>
    public ulong Packets(PacketCounter counter) => (_frames ??= Read())[(int)counter];

    /// <inheritdoc/>
    public (ulong Packets, ulong Bytes) Slot(uint counterSlot)
    {
        ListenerCount count = program.Listeners.Read(counterSlot);
        return (count.Packets, count.Bytes);
    }

    /// <inheritdoc/>
    public (ulong Packets, ulong Bytes) TargetSlot(uint counterSlot)
    {
        ListenerCount count = program.Targets.Read(counterSlot);
        return (count.Packets, count.Bytes);
    }

    private ulong[] Read()
    {
        ulong[] frames = new ulong[HyperplaneProgram.CounterCount];
        frames[(int)PacketCounter.DropReceiveFull] = pipelines.LostFrames;
        Span<ulong> counted = stackalloc ulong[HyperplaneProgram.CounterCount];
        program.ReadCounters(counted);
        for (int i = 0; i < frames.Length; i++)
            frames[i] += counted[i];
        return frames;
    }
}
