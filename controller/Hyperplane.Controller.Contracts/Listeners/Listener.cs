using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>A listener as it is wanted and as it is seen.</summary>
public sealed record Listener(
    string Id,
    string LoadBalancerId,
    TransportProtocol Protocol,
    int Port,
    string TargetGroupId,
    int IdleTimeoutSeconds,
    long Generation,
    DateTimeOffset CreatedAt,
    ResourceStatus Status)
{
    /// <summary>Where its flows go, by weight.</summary>
    public IReadOnlyList<TargetGroupShare> TargetGroups { get; init; } = [new TargetGroupShare(TargetGroupId, 1)];

    /// <summary>Whose flows may begin, as prefixes: IPv4 first, in order of their addresses; none:
    /// everybody's.</summary>
    public IReadOnlyList<string> AllowedCidrs { get; init; } = [];

    /// <summary>Whose may not.</summary>
    public IReadOnlyList<string> DeniedCidrs { get; init; } = [];
}
