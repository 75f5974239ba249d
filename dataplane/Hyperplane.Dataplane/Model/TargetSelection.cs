namespace Hyperplane.Dataplane.Model;

/// <summary>How a target group chooses the target of a new flow; none looks at all targets.</summary>
public enum TargetSelection : byte
{
    /// <summary>By a hash of addresses, ports and protocol over a weighted Maglev table.</summary>
    FiveTuple,

    /// <summary>By a hash of the client's address over the same table: its flows go to one target while the table
    /// stays.</summary>
    SourceAddress,

    /// <summary>Of two targets by two hashes the one with fewer flows for its weight (Mitzenmacher, 2001).</summary>
    TwoChoices,

    /// <summary>The target with the fewest flows for its weight, as this node counts them.</summary>
    LeastFlows,
}
