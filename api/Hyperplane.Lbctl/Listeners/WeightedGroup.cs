namespace Hyperplane.Lbctl.Listeners;

/// <summary>A target group that a listener forwards to.</summary>
internal sealed record WeightedGroup(string TargetGroupId, int Weight);
