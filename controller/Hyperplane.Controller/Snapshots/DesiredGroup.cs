using Hyperplane.Controller.Contracts.TargetGroups;

namespace Hyperplane.Controller.Snapshots;

/// <summary>A target group that a listener of the cell uses.</summary>
internal sealed record DesiredGroup(uint Number, string Id, HealthCheckConfig HealthCheck);
