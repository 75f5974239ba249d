using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;

namespace Hyperplane.Controller.Contracts.Trees;

/// <summary>A target group to create with targets.</summary>
/// <param name="Config">As it is wanted.</param>
/// <param name="Targets">At most 1,000; may be empty.</param>
public sealed record NewTargetGroup(TargetGroupConfig Config, IReadOnlyList<TargetConfig> Targets);
