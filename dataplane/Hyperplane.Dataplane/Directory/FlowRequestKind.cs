namespace Hyperplane.Dataplane.Directory;

/// <summary>What a pipeline asks of, or tells, the flow directory.</summary>
public enum FlowRequestKind : byte
{
    /// <summary>A flow was created; the record wants a decision: <see cref="FlowAnswerKind.Won"/> or
    /// <see cref="FlowAnswerKind.Lost"/>.</summary>
    Insert,

    /// <summary>An owned, decided flow changed its state, or is due for a refresh. No answer.</summary>
    Update,

    /// <summary>An owned flow is over: the record becomes a tombstone for
    /// <see cref="FlowRecord.IdleTimeoutSeconds"/>. No answer.</summary>
    Close,

    /// <summary>A frame of no known flow: who has it? <see cref="FlowRequest.Key"/> is the frame's own key, of either
    /// direction. Answered by Own, Relay, Absent or Unavailable. TCP that is no SYN: Absent is authoritative, an RST
    /// may follow.</summary>
    LookUp,

    /// <summary>As <see cref="LookUp"/>, for a frame that may create a flow (UDP): Absent is the first plain
    /// "no".</summary>
    LookUpQuickly,

    /// <summary>A frame that node <see cref="FlowRequest.Node"/> relayed to us found no flow of ours. No
    /// answer.</summary>
    NotMine,
}
