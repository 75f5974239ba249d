namespace Hyperplane.Controller.Contracts.Listeners;

/// <summary>A target group's part of a listener's new flows.</summary>
/// <param name="TargetGroupId">A group of the same tenant.</param>
/// <param name="Weight">0 to 999; 0 gets none.</param>
public sealed record TargetGroupShare(string TargetGroupId, int Weight);
