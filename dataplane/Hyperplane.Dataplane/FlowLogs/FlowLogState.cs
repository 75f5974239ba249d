namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>What is kept of a flow for its log.</summary>
internal struct FlowLogState
{
    /// <summary>When its first frame was here.</summary>
    public long StartNs;

    /// <summary>What passed the pipeline, and what the flow cache gave back.</summary>
    public FlowCounts Counts;

    /// <summary>Why it is over; known before the frame that ended it is counted.</summary>
    public FlowEnd End;

    /// <summary>Why it may be over: an RST passed.</summary>
    public FlowEnd Suspected;

    /// <summary>What the numbers do not say.</summary>
    public FlowLogMarks Marks;

    /// <summary>Whether another node says all there is to say.</summary>
    public bool IsOthers;

    /// <summary>Whether both ends took part.</summary>
    public bool WasEstablished;
}
