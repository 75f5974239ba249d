namespace Hyperplane.Dataplane.Kernel.Xsk;

/// <summary>A ring of fixed entries shared with the kernel: one side produces, the other consumes.</summary>
/// <typeparam name="T"><see cref="XskDescriptor"/> or a frame's address.</typeparam>
/// <remarks>Single-threaded on our side. Indices run freely and wrap at 2³²; the kernel sees ours when they are
/// published.</remarks>
internal sealed unsafe class XskRing<T> : IDisposable
    where T : unmanaged
{
    private const uint NeedWakeup = 1;
    private readonly nuint _mappedBytes;
    private readonly uint* _producer;
    private readonly uint* _consumer;
    private readonly uint* _flags;
    private readonly T* _entries;
    private readonly uint _mask;
    private nint _mapping;
    private uint _next;

    public XskRing(int socket, in XskRingOffsets offsets, uint entryCount, long pageOffset)
    {
        _mappedBytes = (nuint)offsets.Entries + (entryCount * (nuint)sizeof(T));
        _mapping = LibC.Map(
            0, _mappedBytes, LibC.ProtectionReadWrite, LibC.MapShared | LibC.MapPopulate, socket, pageOffset);
        if (_mapping == LibC.MapFailed)
            throw LibC.Failure("mapping a ring of the AF_XDP socket");
        // SAFETY: the kernel says where the parts are inside the mapping, whose length includes all entries.
        byte* start = (byte*)_mapping;
        _producer = (uint*)(start + offsets.Producer);
        _consumer = (uint*)(start + offsets.Consumer);
        _flags = (uint*)(start + offsets.Flags);
        _entries = (T*)(start + offsets.Entries);
        _mask = entryCount - 1;
    }

    /// <summary>The kernel sleeps until it is called.</summary>
    public bool WantsWakeup => (Volatile.Read(ref *_flags) & NeedWakeup) != 0;

    /// <summary>Producing: entries that are published and not yet taken by the kernel.</summary>
    public uint Untaken => _next - Volatile.Read(ref *_consumer);

    /// <summary>Producing: entries that can be put in.</summary>
    public uint Room => _mask + 1 - Untaken;

    /// <summary>Consuming: entries that the kernel has put in and we have not taken.</summary>
    public uint Waiting => Volatile.Read(ref *_producer) - _next;

    /// <summary>The entry that is next to be written or read; <see cref="Advance"/> goes on to the one after.</summary>
    public ref T Next => ref _entries[_next & _mask];

    /// <summary>Leaves the current entry; the kernel learns of it by a publish.</summary>
    public void Advance() => _next++;

    /// <summary>Producing: shows the kernel what was put in.</summary>
    public void PublishProduced() => Volatile.Write(ref *_producer, _next);

    /// <summary>Consuming: gives the entries that were read back.</summary>
    public void PublishConsumed() => Volatile.Write(ref *_consumer, _next);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mapping == 0)
            return;
        _ = LibC.Unmap(_mapping, _mappedBytes);
        _mapping = 0;
    }
}
