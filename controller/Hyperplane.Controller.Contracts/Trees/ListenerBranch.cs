using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>A listener of a tree.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Protocol">What it listens to.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Generation">Of what is wanted.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="TargetGroups">Where its flows go, by weight.</param>
public sealed record ListenerBranch(
    string Id,
    TransportProtocol Protocol,
    int Port,
    long Generation,
    ResourceStatus Status,
    IReadOnlyList<TargetGroupShare> TargetGroups);
