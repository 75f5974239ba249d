namespace Hyperplane.Flows.Remote;

/// <summary>Calls replicas that live outside the nodes.</summary>
public interface IReplicaCaller
{
    /// <summary>Begins a call. <see cref="ReplicaLinks.OnAnswer"/> follows exactly once, on the directory's thread and
    /// never before this returns, unless <see cref="ReplicaLinks.LoseAll"/> comes before.</summary>
    /// <param name="address">Which replica.</param>
    /// <param name="request">For <see cref="RemoteReplica.Handle"/>; valid during the call only.</param>
    void Call(ushort address, ReadOnlySpan<byte> request);
}
