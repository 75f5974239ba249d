namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The XDP program's counters by listener or target and direction, read from its memory without a system
/// call.</summary>
internal sealed unsafe class ListenerCounts : IDisposable
{
    private readonly int _slots;
    private readonly int _cpus;
    private readonly BpfMemory _memory;

    public ListenerCounts(BpfMap map, int slots, int cpus)
    {
        _slots = slots;
        _cpus = cpus;
        _memory = new BpfMemory(map, (long)sizeof(ListenerCount) * map.MaxEntries);
    }

    /// <summary>Counters of one CPU.</summary>
    public int Slots => _slots;

    /// <summary>The sum over all CPUs; a slot that does not exist counts nothing.</summary>
    public ListenerCount Read(uint slot)
    {
        ulong packets = 0;
        ulong bytes = 0;
        for (int cpu = 0; cpu < _cpus && slot < (uint)_slots; cpu++)
        {
            // SAFETY: cpu × slots + slot is below the map's entries (cpus × slots).
            ListenerCount* count = (ListenerCount*)_memory.Address + ((long)cpu * _slots) + slot;
            packets += Volatile.Read(ref *(ulong*)count);
            bytes += Volatile.Read(ref *((ulong*)count + 1));
        }

        return new ListenerCount(packets, bytes);
    }

    /// <summary>Zeroes a slot, which no flow names at this time; a slot that does not exist stays so.</summary>
    public void Clear(uint slot)
    {
        for (int cpu = 0; cpu < _cpus && slot < (uint)_slots; cpu++)
        {
            // SAFETY: as in Read.
            ListenerCount* count = (ListenerCount*)_memory.Address + ((long)cpu * _slots) + slot;
            *count = default;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
