namespace Hyperplane.Flows.Orleans;

/// <summary>What each replica may use.</summary>
public sealed class FlowReplicaOptions
{
    /// <summary>Records of a replica, tombstones included; default 65,536, memory grows with use.</summary>
    public int RecordsPerReplica { get; set; } = 65_536;
}
