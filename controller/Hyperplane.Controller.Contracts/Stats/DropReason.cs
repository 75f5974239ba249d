namespace Hyperplane.Controller.Contracts.Stats;

/// <summary>Why frames were dropped; the numbers are those that agents report.</summary>
public enum DropReason
{
    /// <summary>What a newer agent knows and this controller does not.</summary>
    Other = 0,

    /// <summary>No target may take a new flow.</summary>
    NoTarget = 1,

    /// <summary>No free source port towards the target.</summary>
    NoPort = 2,

    /// <summary>The listener's lists do not let the client in.</summary>
    NotAllowed = 3,

    /// <summary>The node's flow table is full.</summary>
    FlowTableFull = 4,

    /// <summary>The node has no room for another handshake.</summary>
    HalfOpenFull = 5,

    /// <summary>Of no known flow, and begins none.</summary>
    NoFlow = 6,

    /// <summary>TCP flags that the flow's state does not allow.</summary>
    TcpFlags = 7,

    /// <summary>Mode dsr: the client is the target that was chosen.</summary>
    Hairpin = 8,

    /// <summary>The flow directory could not tell whose the flow is.</summary>
    DirectoryUnavailable = 9,

    /// <summary>The flow directory did not tell in time.</summary>
    DirectoryTimeout = 10,

    /// <summary>No room to wait for the flow directory.</summary>
    ParkFull = 11,

    /// <summary>Sent on by another node for a flow that is not here any more.</summary>
    NotMine = 12,

    /// <summary>Of a flow that another node's flow displaced.</summary>
    Lost = 13,

    /// <summary>Beyond the limit of new flows of a source; this one and the next three are of a load balancer in a
    /// zone, not of a listener.</summary>
    SourceRate = 14,

    /// <summary>Beyond that of an address.</summary>
    VipRate = 15,

    /// <summary>Beyond that of the tenant's addresses.</summary>
    TenantRate = 16,

    /// <summary>Beyond one of them, and of the sources that a node asks whether they are there.</summary>
    ChallengeRate = 17,
}
