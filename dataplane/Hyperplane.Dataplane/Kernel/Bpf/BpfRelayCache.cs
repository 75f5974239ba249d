using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The relay cache in the XDP program's hash map; a call is one system call, about 1 µs.</summary>
internal sealed class BpfRelayCache(BpfMap relays) : IRelayCache
{
    /// <inheritdoc/>
    public bool TryInstall(in FlowKey4 key, in RelayEntry4 entry) => relays.Update(in key, in entry) == 0;

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey4 key) => relays.Delete(in key) == 0;

    /// <inheritdoc/>
    public bool TryRead(in FlowKey4 key, out RelayEntry4 entry) => relays.Lookup(in key, out entry) == 0;
}
