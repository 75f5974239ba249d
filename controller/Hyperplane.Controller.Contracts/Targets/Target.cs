namespace Hyperplane.Controller.Contracts.Targets;

/// <summary>A target and how it is.</summary>
/// <param name="Id">"target-…".</param>
/// <param name="TargetGroupId">Its group.</param>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Weight">Its share of new flows.</param>
/// <param name="State">The worst of what the cells' nodes say by majority.</param>
/// <param name="Reason">AWS's reason codes; null when healthy.</param>
/// <param name="Detail">What was sent and what came back; null when healthy.</param>
/// <param name="CreatedAt">When it was registered.</param>
public sealed record Target(
    string Id,
    string TargetGroupId,
    string Address,
    int Port,
    int Weight,
    TargetState State,
    string? Reason,
    string? Detail,
    DateTimeOffset CreatedAt)
{
    /// <summary>Where it is; null counts as near in every zone.</summary>
    public string? Zone { get; init; }

    /// <summary>Nodes whose own checks find it healthy.</summary>
    public int HealthyNodes { get; init; }

    /// <summary>Nodes that check it and reported lately; those of a cell follow the majority.</summary>
    public int VotingNodes { get; init; }

    /// <summary>What each node's own checks found; null where many targets were asked for.</summary>
    public IReadOnlyList<TargetCheck>? Checks { get; init; }
}
