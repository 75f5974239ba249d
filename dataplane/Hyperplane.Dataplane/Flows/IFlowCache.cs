namespace Hyperplane.Dataplane.Flows;

/// <summary>The established flows that the kernel forwards without asking: a cache of the pipeline's
/// verdicts.</summary>
/// <remarks>Never an LRU: full means <see cref="TryInstall"/> answers false, and the flow stays in the pipeline. No
/// call allocates.</remarks>
public interface IFlowCache
{
    /// <summary>Puts an entry in, replacing one of the same key; false when the cache is full.</summary>
    bool TryInstall(in FlowKey key, in FlowEntry entry);

    /// <summary>Puts entries in, as <see cref="TryInstall"/> does, in order, up to the first that is refused; how many
    /// are in.</summary>
    /// <param name="keys">Theirs.</param>
    /// <param name="entries">As many.</param>
    int Install(ReadOnlySpan<FlowKey> keys, ReadOnlySpan<FlowEntry> entries)
    {
        int count = 0;
        while (count < keys.Length && TryInstall(keys[count], entries[count]))
            count++;
        return count;
    }

    /// <summary>Takes an entry out; false when it was not there.</summary>
    bool TryRemove(in FlowKey key);

    /// <summary>Reads an entry with its stamp; false when it is not there.</summary>
    bool TryRead(in FlowKey key, out FlowEntry entry);

    /// <summary>Has the frames counted that a key's entry with <see cref="FlowEntry.IsLogged"/> forwards, from 0 on;
    /// before it is put in. False when there is no room.</summary>
    bool TryBeginCount(in FlowKey key) => false;

    /// <summary>Takes what was counted, and ends it; after the entry was taken out. False when nothing was
    /// begun.</summary>
    bool TryTakeCount(in FlowKey key, out ulong packets, out ulong bytes)
    {
        (packets, bytes) = (0, 0);
        return false;
    }

    /// <summary>Takes word of the next FIN that was forwarded of a pipeline's flows; false when there is none. Frames
    /// that came after it were not given to any pipeline before.</summary>
    bool TryTakeFin(int pipeline, out FlowFin fin);

    /// <summary>Entries it can hold.</summary>
    int Capacity { get; }
}
