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
}
