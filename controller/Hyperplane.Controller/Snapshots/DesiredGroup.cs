using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.TargetGroups;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A target group that a listener of the cell uses.</summary>
internal sealed record DesiredGroup(uint Number, string Id, HealthCheckConfig HealthCheck)
{
    /// <summary>How flows get to its targets, and when they end.</summary>
    public TargetGroupSettings Settings { get; init; } = new();

    /// <summary>Its targets, in any order; they are read after the group.</summary>
    public DesiredTarget[] Targets { get; set; } = [];
}
