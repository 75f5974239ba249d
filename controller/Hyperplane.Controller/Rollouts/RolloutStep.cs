using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Controller.Rollouts;

/// <summary>What is next in a cell.</summary>
/// <param name="Phase">How far it is.</param>
/// <param name="Reason">What it waits for, or why it stopped.</param>
/// <param name="Next">The node whose turn it is now; null when it is nobody's.</param>
internal sealed record RolloutStep(RolloutPhase Phase, string? Reason, RolloutNode? Next = null);
