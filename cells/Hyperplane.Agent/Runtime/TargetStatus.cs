using Hyperplane.Agent.Health;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Runtime;

/// <summary>A target as the node reports it.</summary>
public sealed record TargetStatus(ProbeKey Key, TargetHealth.Types.State State, string Reason, string Detail);
