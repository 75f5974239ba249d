namespace Hyperplane.Dataplane.Model;

/// <summary>A target group's part of a listener's new flows.</summary>
/// <param name="GroupId">A group of the same model.</param>
/// <param name="Weight">0 to 999; 0 gets none. A group that no target of can take a flow is left out.</param>
/// <param name="NearFirst">To <see cref="TargetModel.Far"/> targets only while no near one is usable.</param>
public sealed record TargetGroupShare(uint GroupId, int Weight, bool NearFirst = false);
