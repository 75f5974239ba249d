using System.Net;

namespace Hyperplane.Flows.Remote;

/// <summary>An engine that keeps replicas outside the nodes: this node's way to them, the transport for their
/// addresses.</summary>
/// <remarks>Used on the directory's thread, but for the figures and the end.</remarks>
public interface IReplicaEngine : IFlowTransport, IAsyncDisposable
{
    /// <summary>Replicas that answer now.</summary>
    int Reachable { get; }

    /// <summary>Calls that were not answered in time, or failed, since the start.</summary>
    long Failures { get; }

    /// <summary>Begins to reach for them, and returns at once; the directory hears of replicas as they
    /// answer.</summary>
    /// <param name="directory">Made with <see cref="FlowDirectoryOptions.ReplicasLiveElsewhere"/>, and with this for
    /// their addresses (<see cref="RoutedTransport"/>).</param>
    void Start(FlowDirectory directory);

    /// <summary>A machine is gone: what lives there is not used until it answers again.</summary>
    void LosePlace(IPAddress place);

    /// <summary>Takes answers and looks what is due; call it before each turn of the directory.</summary>
    /// <returns>When to call it again at the latest.</returns>
    long Turn(long nowNs);
}
