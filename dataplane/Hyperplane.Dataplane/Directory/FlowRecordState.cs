namespace Hyperplane.Dataplane.Directory;

/// <summary>Where a flow is in its life, as far as other nodes must know.</summary>
public enum FlowRecordState : byte
{
    /// <summary>No flow.</summary>
    None,

    /// <summary>Created: the first frame went to the target.</summary>
    Opening,

    /// <summary>Both ends take part.</summary>
    Established,

    /// <summary>A FIN was seen; the record may be replaced by a new flow of the same key.</summary>
    Closing,

    /// <summary>Over; kept so that late news of the flow are known to be late. May be replaced.</summary>
    Tombstone,
}
