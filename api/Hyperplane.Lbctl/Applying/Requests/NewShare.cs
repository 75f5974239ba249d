namespace Hyperplane.Lbctl.Applying.Requests;

/// <summary>A target group of a listener: one that is there, or one to create with it.</summary>
internal sealed record NewShare(string? TargetGroupId, int Weight, NewTargetGroup? TargetGroup = null);
