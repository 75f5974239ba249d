using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Dataplane.Sharing;

/// <summary>The relay entries that the kernel follows without asking: a cache beside
/// <see cref="IFlowCache"/>.</summary>
/// <remarks>Full means that <see cref="TryInstall"/> answers false, and the frames go on being relayed by the pipeline.
/// No call allocates.</remarks>
public interface IRelayCache
{
    /// <summary>Puts an entry in, replacing one of the same key; false when the cache is full.</summary>
    bool TryInstall(in FlowKey key, in RelayEntry entry);

    /// <summary>Takes an entry out; false when it was not there.</summary>
    bool TryRemove(in FlowKey key);

    /// <summary>Reads an entry with its stamp; false when it is not there.</summary>
    bool TryRead(in FlowKey key, out RelayEntry entry);
}
