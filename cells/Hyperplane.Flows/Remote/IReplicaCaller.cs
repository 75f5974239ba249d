namespace Hyperplane.Flows.Remote;

/// <summary>Calls replicas that live outside the nodes.</summary>
public interface IReplicaCaller
{
    /// <summary>Begins a call. <see cref="ReplicaLinks.OnAnswer"/> follows exactly once, on the directory's thread and
    /// never before this returns; the bytes are not changed meanwhile.</summary>
    /// <param name="address">Which replica.</param>
    /// <param name="request">For <see cref="RemoteReplica.Handle"/>.</param>
    void Call(ushort address, byte[] request);
}
