using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The flow cache in the XDP program's hash maps: one for IPv4 flows, one for those that have anything to do
/// with IPv6.</summary>
/// <remarks>A call is one system call, about 1 µs; to take out or read the IPv4 side of a flow to an IPv6 target two.
/// What is installed is what the program reads from then on, on every CPU.</remarks>
/// <param name="flows">Of <see cref="FlowKey4"/>.</param>
/// <param name="flows6">Of <see cref="FlowKey"/>.</param>
/// <param name="crossing">The IPv4 destinations in <paramref name="flows6"/>.</param>
/// <param name="fins">A ring a pipeline.</param>
/// <param name="counts">Of <see cref="FlowKey4"/>, of IPv4 frames of flows that are logged.</param>
/// <param name="counts6">Of <see cref="FlowKey"/>, of IPv6 frames.</param>
internal sealed class BpfFlowCache(
    BpfMap flows, BpfMap flows6, Crossing crossing, FinRing[] fins, BpfMap counts, BpfMap counts6) : IFlowCache
{
    private const int BatchEntries = 64;

    /// <inheritdoc/>
    public int Capacity => flows.MaxEntries;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in FlowEntry entry)
    {
        if (IsWide(key, entry))
        {
            if (key.IsIpv4)
                crossing.Add(key.Destination);
            return flows6.Update(in key, in entry) == 0;
        }
        var packedKey = FlowKey4.Of(key);
        var packed = FlowEntry4.Of(entry);
        return flows.Update(in packedKey, in packed) == 0;
    }

    /// <inheritdoc/>
    /// <remarks>A system call for each run of entries of one map: half the time an entry of what single ones
    /// take.</remarks>
    public int Install(ReadOnlySpan<FlowKey> keys, ReadOnlySpan<FlowEntry> entries)
    {
        if (keys.Length == 1)
            return TryInstall(keys[0], entries[0]) ? 1 : 0;
        int done = 0;
        while (done < keys.Length)
        {
            bool isWide = IsWide(keys[done], entries[done]);
            int end = done + 1;
            while (end < keys.Length && end - done < BatchEntries && IsWide(keys[end], entries[end]) == isWide)
                end++;
            done += isWide
                ? InstallWide(keys[done..end], entries[done..end])
                : InstallPacked(keys[done..end], entries[done..end]);
            if (done < end)
                break;
        }
        return done;
    }

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key)
    {
        if (key.IsIpv4)
        {
            var packedKey = FlowKey4.Of(key);
            if (flows.Delete(in packedKey) == 0)
                return true;
            if (!crossing.Has(key.Destination))
                return false;
        }
        return flows6.Delete(in key) == 0;
    }

    /// <inheritdoc/>
    public bool TryBeginCount(in FlowKey key)
    {
        ListenerCount none = default;
        if (!key.IsIpv4)
            return counts6.Update(in key, in none) == 0;
        var packedKey = FlowKey4.Of(key);
        return counts.Update(in packedKey, in none) == 0;
    }

    /// <inheritdoc/>
    public bool TryTakeCount(in FlowKey key, out ulong packets, out ulong bytes)
    {
        ListenerCount count;
        bool isThere;
        if (key.IsIpv4)
        {
            var packedKey = FlowKey4.Of(key);
            isThere = counts.Lookup(in packedKey, out count) == 0 && counts.Delete(in packedKey) == 0;
        }
        else
            isThere = counts6.Lookup(in key, out count) == 0 && counts6.Delete(in key) == 0;
        (packets, bytes) = (count.Packets, count.Bytes);
        return isThere;
    }

    /// <inheritdoc/>
    public bool TryTakeFin(int pipeline, out FlowFin fin) => fins[pipeline].TryTake(out fin);

    /// <inheritdoc/>
    public bool TryRead(in FlowKey key, out FlowEntry entry)
    {
        if (key.IsIpv4)
        {
            var packedKey = FlowKey4.Of(key);
            if (flows.Lookup(in packedKey, out FlowEntry4 packed) == 0)
            {
                entry = packed.ToEntry();
                return true;
            }
            entry = default;
            if (!crossing.Has(key.Destination))
                return false;
        }
        return flows6.Lookup(in key, out entry) == 0;
    }

    private static bool IsWide(in FlowKey key, in FlowEntry entry) => !key.IsIpv4 || !entry.Source.IsIpv4;

    private int InstallWide(ReadOnlySpan<FlowKey> keys, ReadOnlySpan<FlowEntry> entries)
    {
        foreach (ref readonly FlowKey key in keys)
        {
            if (key.IsIpv4)
                crossing.Add(key.Destination);
        }
        return flows6.UpdateBatch(keys, entries);
    }

    private int InstallPacked(ReadOnlySpan<FlowKey> keys, ReadOnlySpan<FlowEntry> entries)
    {
        Span<FlowKey4> packedKeys = stackalloc FlowKey4[BatchEntries];
        Span<FlowEntry4> packed = stackalloc FlowEntry4[BatchEntries];
        for (int i = 0; i < keys.Length; i++)
            (packedKeys[i], packed[i]) = (FlowKey4.Of(keys[i]), FlowEntry4.Of(entries[i]));
        return flows.UpdateBatch<FlowKey4, FlowEntry4>(packedKeys[..keys.Length], packed[..keys.Length]);
    }
}
