using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The flow cache in the XDP program's hash maps: one for IPv4 flows, one for those that have anything to do
/// with IPv6.</summary>
/// <remarks>A call is one system call, about 1 µs; for the IPv4 side of a flow to an IPv6 target two. What is
/// installed is what the program reads from then on, on every CPU.</remarks>
internal sealed class BpfFlowCache(BpfMap flows, BpfMap flows6, FinRing[] fins) : IFlowCache
{
    /// <inheritdoc/>
    public int Capacity => flows.MaxEntries;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in FlowEntry entry)
    {
        if (!key.IsIpv4 || !entry.Source.IsIpv4)
            return flows6.Update(in key, in entry) == 0;
        var packedKey = FlowKey4.Of(key);
        var packed = FlowEntry4.Of(entry);
        return flows.Update(in packedKey, in packed) == 0;
    }

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key)
    {
        if (key.IsIpv4)
        {
            var packedKey = FlowKey4.Of(key);
            if (flows.Delete(in packedKey) == 0)
                return true;
        }
        return flows6.Delete(in key) == 0;
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
        }
        return flows6.Lookup(in key, out entry) == 0;
    }
}
