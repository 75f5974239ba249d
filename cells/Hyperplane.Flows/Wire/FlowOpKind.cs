namespace Hyperplane.Flows.Wire;

/// <summary>What one operation of a batch says; the numbers are the wire's.</summary>
public enum FlowOpKind : byte
{
    /// <summary>To the arbiter: may this record be created? Answered by Won, Lost or Full.</summary>
    Decide = 1,

    /// <summary>From an owner to every replica of both keys: this is the record now. With a tag other than 0 an Ack is
    /// wanted. One that is older than what is there is answered by Newer.</summary>
    Put = 2,

    /// <summary>Who has this key? Answered by Found or Nothing.</summary>
    LookUp = 3,

    /// <summary>To the arbiter: the record as it was found, with the claimer as owner; it wins when incarnation and
    /// epoch are still those. Answered by Won, or by Lost with what is there.</summary>
    Claim = 4,

    /// <summary>The record as decided, epoch and all.</summary>
    Won = 5,

    /// <summary>The record that has the key.</summary>
    Lost = 6,

    /// <summary>The record of the key.</summary>
    Found = 7,

    /// <summary>No flow has the key.</summary>
    Nothing = 8,

    /// <summary>A Put was taken.</summary>
    Ack = 9,

    /// <summary>No room for another record.</summary>
    Full = 10,

    /// <summary>To an owner, or to who believes to be one: this record is newer than yours. A tag other than 0 is the
    /// node it is meant for: whoever gets it passes it on.</summary>
    Newer = 11,

    /// <summary>To the holder of a port's lease: the flow of another owner that used it is over.</summary>
    PortFreed = 12,

    /// <summary>To a node that relays a key to us: we have no such flow.</summary>
    NotMine = 13,

    /// <summary>How a node stands: flags, and the view it is complete in.</summary>
    Status = 14,

    /// <summary>All that the sender had to send for this view has been sent before this. A replica outside the nodes
    /// says it back: it has all of it.</summary>
    Synchronised = 15,
}
