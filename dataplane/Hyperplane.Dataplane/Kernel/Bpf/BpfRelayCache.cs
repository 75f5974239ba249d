using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The relay cache in the XDP program's hash maps, one a family; a call is one system call, about
/// 1 µs.</summary>
internal sealed class BpfRelayCache(BpfMap relays, BpfMap relays6) : IRelayCache
{
    /// <inheritdoc/>
    public bool TryInstall(in FlowKey key, in RelayEntry entry)
    {
        if (!key.IsIpv4)
            return relays6.Update(in key, in entry) == 0;
        var packedKey = FlowKey4.Of(key);
        return relays.Update(in packedKey, in entry) == 0;
    }

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey key)
    {
        if (!key.IsIpv4)
            return relays6.Delete(in key) == 0;
        var packedKey = FlowKey4.Of(key);
        return relays.Delete(in packedKey) == 0;
    }

    /// <inheritdoc/>
    public bool TryRead(in FlowKey key, out RelayEntry entry)
    {
        if (!key.IsIpv4)
            return relays6.Lookup(in key, out entry) == 0;
        var packedKey = FlowKey4.Of(key);
        return relays.Lookup(in packedKey, out entry) == 0;
    }
}
