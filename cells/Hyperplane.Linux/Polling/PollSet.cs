namespace Hyperplane.Linux.Polling;

/// <summary>Descriptors that one thread waits on together, filled anew for each wait (ppoll(2)).</summary>
/// <remarks>For some hundred descriptors at most: the cost of a wait grows with their number. Allocates only when it
/// grows.</remarks>
public sealed class PollSet
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private PollEntry[] _entries = new PollEntry[32];

    /// <summary>Descriptors in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Empties the set.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a descriptor.</summary>
    /// <returns>Its index, for <see cref="Happened"/>.</returns>
    public int Add(int descriptor, PollEvents events)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);
        _entries[Count] = new PollEntry { Descriptor = descriptor, Events = (short)events };
        return Count++;
    }

    /// <summary>Waits for an event, at most this many nanoseconds.</summary>
    /// <returns>Descriptors with an event; 0 also when a signal ended the wait.</returns>
    public unsafe int Wait(long timeoutNs)
    {
        timeoutNs = Math.Max(0, timeoutNs);
        var timeout = new TimeSpec
        {
            Seconds = timeoutNs / NanosecondsPerSecond,
            Nanoseconds = timeoutNs % NanosecondsPerSecond,
        };
        int ready;
        // SAFETY: the array is pinned for the call, Count is at most its length, the timeout is a local.
        fixed (PollEntry* entries = _entries)
            ready = NativePoll.Poll(entries, (nuint)Count, &timeout, null);
        if (ready >= 0)
            return ready;
        for (int i = 0; i < Count; i++)
            _entries[i].Returned = 0;
        return 0;
    }

    /// <summary>What happened to a descriptor in the last wait.</summary>
    public PollEvents Happened(int index) => (PollEvents)_entries[index].Returned;
}
