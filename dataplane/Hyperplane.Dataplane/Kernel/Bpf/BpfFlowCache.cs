using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The flow cache in the XDP program's hash map.</summary>
/// <remarks>A call is one system call, about 1 µs. What is installed is what the program reads from then on, on every
/// CPU.</remarks>
internal sealed class BpfFlowCache(BpfMap flows) : IFlowCache
{
    /// <inheritdoc/>
    public int Capacity => flows.MaxEntries;

    /// <inheritdoc/>
    public bool TryInstall(in FlowKey4 key, in FlowEntry4 entry) => flows.Update(in key, in entry) == 0;

    /// <inheritdoc/>
    public bool TryRemove(in FlowKey4 key) => flows.Delete(in key) == 0;

    /// <inheritdoc/>
    public bool TryRead(in FlowKey4 key, out FlowEntry4 entry) => flows.Lookup(in key, out entry) == 0;
}
