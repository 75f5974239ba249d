namespace Hyperplane.Dataplane.Directory;

/// <summary>What the flow directory tells a pipeline.</summary>
public enum FlowAnswerKind : byte
{
    /// <summary>The inserted record is the one (matched by incarnation); <see cref="FlowRecord.Epoch"/> is set. The
    /// SYN-ACK may leave.</summary>
    Won,

    /// <summary>Another flow has the key: the record is its, and its owner lives. Ours is dropped, its target side
    /// reset when the translation differs, and the key relayed.</summary>
    Lost,

    /// <summary>This node is the flow's owner from now on, with the record's translation: install it, whatever was
    /// there under its keys. Also unasked for, in place of <see cref="Lost"/>, when the winner is dead.</summary>
    Own,

    /// <summary>A living node owns the flow: relay frames of this key to it.</summary>
    Relay,

    /// <summary>Nobody has it.</summary>
    Absent,

    /// <summary>The directory could not tell in time, or is out of its budget: silence.</summary>
    Unavailable,

    /// <summary>A flow of ours (matched by incarnation) has a newer owner: stop owning it, free no port, relay its
    /// keys.</summary>
    Displaced,

    /// <summary>The flow that used a port of ours while another node owned it is over: its port may be held down and
    /// freed.</summary>
    PortFreed,

    /// <summary>Another node's flow has a port that this start may give out, from an earlier start or as it was
    /// claimed: no flow of ours may have it before it is free. A tombstone's port is held down.</summary>
    PortTaken,

    /// <summary>The node we relay this key to says that it is not its: drop the relay entry, ask again.</summary>
    NotMine,
}
