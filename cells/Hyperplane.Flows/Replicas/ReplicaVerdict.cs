namespace Hyperplane.Flows.Replicas;

/// <summary>What a replica says to a decision, a claim or a put.</summary>
public enum ReplicaVerdict
{
    /// <summary>The record is what the replica holds now.</summary>
    Taken,

    /// <summary>What the replica holds is newer, or has the key first.</summary>
    Refused,

    /// <summary>No room.</summary>
    Full,
}
